package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads Server-Sent Events with a JDK client over HTTP/1.1. */
public final class EventReader implements AutoCloseable {
  private final HttpResponse<InputStream> response;
  private final BufferedReader reader;

  private EventReader(HttpResponse<InputStream> response) {
    this.response = response;
    reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /**
   * An event.
   *
   * @param name the field "event"; {@code comment} for a comment
   * @param id the field "id"; empty if there is none
   * @param data the field "data", or the comment
   * @param retry the field "retry"; empty if there is none
   */
  public record Event(String name, String id, String data, String retry) {
    /** An event without a retry time. */
    public Event(String name, String id, String data) {
      this(name, id, data, "");
    }

    /** The data as JSON. */
    public JsonNode json() {
      return JsonBodies.tree(data);
    }
  }

  /** Sends a request, and waits for the headers of the response. */
  public static EventReader open(
      int port, String path, UnaryOperator<HttpRequest.Builder> headers) {
    HttpRequest request =
        headers
            .apply(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)))
            .build();
    try {
      return new EventReader(
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The status. */
  public int status() {
    return response.statusCode();
  }

  /** The value of a response header; empty if it is absent. */
  public String header(String name) {
    return response.headers().firstValue(name).orElse("");
  }

  /** Reads the next event with data, without comments and settings. */
  public Event next() {
    while (true) {
      Event event = Objects.requireNonNull(nextOrEnd(), "The stream has ended.");
      if (!event.name().equals("comment") && !event.data().isEmpty()) {
        return event;
      }
    }
  }

  /** Reads the next event or comment; null at the end of the stream. */
  public @Nullable Event nextOrEnd() {
    Map<String, String> fields = new HashMap<>();
    try {
      String line = reader.readLine();
      while (line != null && !line.isEmpty()) {
        int colon = line.indexOf(':');
        assertThat(colon).describedAs(line).isNotNegative();
        fields.put(colon == 0 ? "comment" : line.substring(0, colon), line.substring(colon + 2));
        line = reader.readLine();
      }
      if (line == null) {
        return null;
      }
    } catch (IOException e) {
      return null;
    }
    return fields.containsKey("comment")
        ? new Event("comment", "", fields.get("comment"))
        : new Event(
            fields.getOrDefault("event", "message"),
            fields.getOrDefault("id", ""),
            fields.getOrDefault("data", ""),
            fields.getOrDefault("retry", ""));
  }

  /** The rest of the body as text. */
  public String rest() {
    try {
      return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
