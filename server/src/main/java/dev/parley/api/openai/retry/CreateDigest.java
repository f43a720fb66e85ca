package dev.parley.api.openai.retry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.openai.item.JsonBuilder;
import dev.parley.api.openai.item.JsonMembers;
import dev.parley.api.openai.item.Marker;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.Sha256;
import java.util.HexFormat;
import java.util.TreeSet;

/**
 * A digest of a request that creates a conversation with an idempotency key: of its metadata and
 * the number of its items. It is the member {@code openai.create} of the session's origin. The
 * items themselves are compared when they are appended.
 */
public final class CreateDigest {
  private static final String NAME = "create";
  private static final int DIGITS = 32;

  private final String digest;

  private CreateDigest(String digest) {
    this.digest = digest;
  }

  public static CreateDigest of(Json metadata, int items) {
    JsonMembers members = JsonMembers.of(metadata);
    StringBuilder text = new StringBuilder().append(items);
    for (String name : new TreeSet<>(members.names())) {
      append(text, name);
      append(text, String.valueOf(members.string(name)));
    }
    byte[] hash = Sha256.of(text.toString().getBytes(UTF_8)).bytes();
    return new CreateDigest(HexFormat.of().formatHex(hash).substring(0, DIGITS));
  }

  /** The length separates the text from the next one. */
  private static void append(StringBuilder all, String text) {
    all.append('/').append(text.length()).append('/').append(text);
  }

  /** The origin of a new session. */
  public Json toOrigin() {
    byte[] own = new JsonBuilder().string(NAME, digest).json().utf8();
    return new JsonBuilder().raw(Marker.NAME, own).json();
  }

  /** Whether another request created a session. Without a digest in its origin, that is unknown. */
  public boolean differsFrom(Session session) {
    Json origin = session.profile().origin();
    byte[] own = origin == null ? null : JsonMembers.of(origin).value(Marker.NAME);
    String stored = own == null ? null : JsonMembers.of(own).string(NAME);
    return stored != null && !stored.equals(digest);
  }
}
