package dev.parley.api.openai.item;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.api.json.JsonText;
import dev.parley.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of a JSON object as parts of its text, so that they can be written verbatim. If a
 * name is repeated, the last member counts.
 */
public final class JsonMembers {
  private final byte[] utf8;
  private final Map<String, Member> members = new LinkedHashMap<>();

  private record Member(int start, int valueStart, int end, JsonToken token) {}

  private JsonMembers(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Reads the members of a well-formed JSON object. Another value has no members. */
  public static JsonMembers of(byte[] utf8) {
    JsonMembers object = new JsonMembers(utf8);
    try (JsonParser json = JsonText.parser(utf8)) {
      if (json.nextToken() == JsonToken.START_OBJECT) {
        object.read(json);
      }
      return object;
    } catch (IOException e) {
      throw new UncheckedIOException("The JSON is not well-formed.", e);
    }
  }

  public static JsonMembers of(Json object) {
    return of(object.utf8());
  }

  private void read(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      int start = start(json);
      String name = json.currentName();
      JsonToken token = json.nextToken();
      int valueStart = start(json);
      members.put(name, new Member(start, valueStart, skip(json), token));
    }
  }

  /** The texts of the elements of a JSON array. Another value has no elements. */
  static List<byte[]> elements(byte[] utf8) {
    List<byte[]> elements = new ArrayList<>();
    try (JsonParser json = JsonText.parser(utf8)) {
      if (json.nextToken() == JsonToken.START_ARRAY) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
          int start = start(json);
          elements.add(Arrays.copyOfRange(utf8, start, skip(json)));
        }
      }
      return elements;
    } catch (IOException e) {
      throw new UncheckedIOException("The JSON is not well-formed.", e);
    }
  }

  private static int start(JsonParser json) {
    return (int) json.currentTokenLocation().getByteOffset();
  }

  /** Moves to the end of the current value, and returns its offset. */
  private static int skip(JsonParser json) throws IOException {
    json.skipChildren();
    json.finishToken();
    return (int) json.currentLocation().getByteOffset();
  }

  /** Whether the object has this member with a value other than null. */
  boolean has(String name) {
    Member member = members.get(name);
    return member != null && member.token != JsonToken.VALUE_NULL;
  }

  /** Whether the value is of the kind that starts with {@code token}. */
  public boolean is(String name, JsonToken token) {
    Member member = members.get(name);
    return member != null && member.token == token;
  }

  /** Returns the text of a value; null if the member is absent or null. */
  public byte @Nullable [] value(String name) {
    Member member = members.get(name);
    return member == null || member.token == JsonToken.VALUE_NULL
        ? null
        : Arrays.copyOfRange(utf8, member.valueStart, member.end);
  }

  /** Returns the value of a member that is a string; null if there is none. */
  public @Nullable String string(String name) {
    byte[] value = value(name);
    if (value == null || !is(name, JsonToken.VALUE_STRING)) {
      return null;
    }
    try (JsonParser json = JsonText.parser(value)) {
      json.nextToken();
      return json.getText();
    } catch (IOException e) {
      throw new UncheckedIOException("The JSON is not well-formed.", e);
    }
  }

  /** The names of the members, in their order. */
  public Set<String> names() {
    return members.keySet();
  }

  /** Adds one member verbatim. */
  public void addTo(JsonBuilder out, String name) {
    Member member = Objects.requireNonNull(members.get(name));
    out.member(utf8, member.start, member.end);
  }

  /** Adds the members verbatim, except some. */
  public void addTo(JsonBuilder out, Set<String> except) {
    members.forEach(
        (name, member) -> {
          if (!except.contains(name)) {
            out.member(utf8, member.start, member.end);
          }
        });
  }
}
