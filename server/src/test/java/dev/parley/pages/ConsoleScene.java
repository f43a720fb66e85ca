package dev.parley.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An agent with sessions, and a browser. */
final class ConsoleScene {
  private final ServerFixture server;
  private final Browser browser;
  private final UUID agent;

  ConsoleScene(ServerFixture server, Browser browser) {
    this.server = server;
    this.browser = browser;
    agent = server.agent("acme");
  }

  UUID agent() {
    return agent;
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  /** Gives the agent a display name. */
  void name(String name) {
    send("PATCH", "/v1/agents/" + agent, "{\"displayName\":\"%s\"}".formatted(name));
  }

  /** Signs in with this key in a new tab, as a user does. */
  void signIn(String key) {
    openSignedOut();
    browser.find("#key").sendKeys(key);
    browser.button("Sign in").click();
    browser.find("#search");
  }

  /** Opens the console in a tab that was signed in with this key. Faster than typing the key. */
  void openSignedIn(String key) {
    openWith(key);
    browser.find("#search");
  }

  /** Opens the console in a new tab without a key. */
  void openSignedOut() {
    openWith(null);
    browser.find("#key");
  }

  private void openWith(@Nullable String key) {
    browser.open(url() + "/healthz");
    browser.run("sessionStorage.clear()");
    if (key != null) {
      browser.run("sessionStorage.setItem('parley.key', arguments[0])", key);
    }
    browser.open(url() + "/console/");
  }

  /** Creates a session with messages. */
  String session(String key, @Nullable String label, String... messages) {
    String body =
        "{\"key\":%s,\"label\":%s}"
            .formatted(JsonBodies.quote(key), label == null ? "null" : JsonBodies.quote(label));
    String made = send("POST", "/v1/agents/" + agent + "/sessions", body);
    String id = JsonBodies.text(made, "/sessionId");
    if (messages.length > 0) {
      append(id, messages);
    }
    return id;
  }

  /** Appends messages, each as JSON. */
  void append(String sessionId, String... messages) {
    send(
        "POST",
        "/v1/agents/" + agent + "/messages:append",
        "{\"sessionId\":\"%s\",\"messages\":[%s]}"
            .formatted(sessionId, String.join(",", messages)));
  }

  /** A message with this content in JSON. */
  static String message(String role, String content) {
    return "{\"role\":\"" + role + "\",\"content\":" + content + "}";
  }

  /** A message with this text. */
  static String says(String role, String text) {
    return message(role, JsonBodies.quote(text));
  }

  /** Calls the native API as root. */
  String send(String method, String path, @Nullable String body) {
    HttpResponse<String> answer = server.send(method, path, server.rootKey(), body);
    assertThat(answer.statusCode()).describedAs(path + answer.body()).isEqualTo(200);
    return answer.body();
  }

  String sessionPath(String sessionId) {
    return "/v1/agents/" + agent + "/sessions/" + sessionId;
  }

  /** Opens a session by its URL. */
  void open(String sessionId) {
    browser.run("location.hash = arguments[0]", "#/" + agent + "/sessions/" + sessionId);
    browser.await(
        () -> browser.all("main[aria-busy=false] .heading .facts").isEmpty() ? null : true,
        "session " + sessionId);
  }
}
