package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.parley.config.Setting;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Waiting;
import dev.parley.testing.WebhookReceiver;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks over REST, with a receiver over TLS. Each case has its own owner. */
@Timeout(180)
class WebhookWireTest {
  private static ServerFixture server;
  private static TestPki pki;

  private final String owner = "owner-" + UUID.randomUUID();
  private final UUID agentId = server.agent(owner);
  private final String key = server.masterKey(owner);
  private final WebhookReceiver receiver = receiver(0);

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    pki = new TestPki(Files.createDirectory(folder.resolve("pki")));
    server =
        ServerFixture.in(folder)
            .clock(Clock.systemUTC())
            .flag(Setting.RATE_LIMIT, "off")
            .flag(Setting.WEBHOOK_CA, pki.authority().toString())
            .flag(Setting.WEBHOOK_PRIVATE_ADDRESSES, "127.0.0.1,::1")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static WebhookReceiver receiver(int port) {
    try {
      return new WebhookReceiver(pki.issue("receiver"), port);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void stopReceiver() {
    receiver.close();
  }

  private HttpResponse<String> send(String method, String path, @Nullable String body) {
    return server.send(method, "/v1/webhooks" + path, key, body);
  }

  private JsonNode ok(String method, String path, @Nullable String body) {
    HttpResponse<String> answer = send(method, path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private JsonNode create(String members) {
    return ok("POST", "", "{\"url\":\"%s\"%s}".formatted(receiver.url("/hook?a=b"), members));
  }

  private static String id(JsonNode created) {
    return created.at("/webhook/webhookId").asText();
  }

  private static String appending(String sessionKey, String content) {
    return "{\"key\":\"%s\",\"createIfMissing\":true,\"messages\":[%s]}"
        .formatted(sessionKey, "{\"role\":\"USER\",\"content\":\"" + content + "\"}");
  }

  private JsonNode append(String sessionKey, String content) {
    HttpResponse<String> answer =
        server.send(
            "POST",
            "/v1/agents/" + agentId + "/messages:append",
            key,
            appending(sessionKey, content));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonBodies.tree(answer.body());
  }

  private List<WebhookReceiver.Request> await(int count) {
    Waiting.until(
        () -> receiver.requests().size() >= count,
        () -> count + " requests, not " + receiver.requests());
    return receiver.requests();
  }

  private static JsonNode body(WebhookReceiver.Request request) {
    return JsonBodies.tree(request.body());
  }

  @Test
  void message_isSent_signed() {
    JsonNode created = create("");
    JsonNode appended = append("k", "hello");

    WebhookReceiver.Request request = await(1).get(0);

    assertThat(request.path()).isEqualTo("/hook");
    assertThat(request.isSignedWith(created.at("/secret").asText())).isTrue();
    assertThat(request.isSignedWith("whsec_" + "c2VjcmV0c2VjcmV0")).isFalse();
    assertThat(request.headers().get("content-type")).containsExactly("application/json");
    assertThat(request.headers().get("user-agent").get(0)).startsWith("Parley/");
    JsonNode event = body(request);
    assertThat(event.at("/type").asText()).isEqualTo("message.created");
    assertThat(event.at("/timestamp")).isEqualTo(appended.at("/messages/0/createTime"));
    assertThat(event.at("/data/webhookId").asText()).isEqualTo(id(created));
    assertThat(event.at("/data/agentId").asText()).isEqualTo(agentId.toString());
    assertThat(event.at("/data/sessionId")).isEqualTo(appended.at("/session/sessionId"));
    assertThat(event.at("/data/message")).isEqualTo(appended.at("/messages/0"));
  }

  @Test
  void sessionsRunsAndDeletions_areSentIfAsked() {
    create(",\"eventTypes\":[\"SESSION_CHANGED\",\"RUN_CHANGED\",\"SESSION_DELETED\"]");
    String session = append("k", "x").at("/session/sessionId").asText();
    String path = "/v1/agents/" + agentId + "/sessions/" + session;
    await(1);
    assertThat(server.send("POST", path + "/runs", key, "{}").statusCode()).isEqualTo(200);
    await(2);
    assertThat(server.send("DELETE", path, key, null).statusCode()).isLessThan(300);

    List<WebhookReceiver.Request> requests = await(3);

    assertThat(requests)
        .extracting(each -> body(each).at("/type").asText())
        .contains("session.changed", "run.changed", "session.deleted");
    assertThat(requests)
        .allSatisfy(
            each -> assertThat(body(each).at("/data/sessionId").asText()).isEqualTo(session));
  }

  @Test
  void largeMessage_isSentWithoutContent() {
    create("");
    append("k", "x".repeat(64 * 1024));

    JsonNode message = body(await(1).get(0)).at("/data/message");

    assertThat(message.at("/sequence").asText()).isEqualTo("1");
    assertThat(message.has("content")).isFalse();
  }

  @Test
  void webhookOfAnAgent_sendsNothingOfOthers() {
    UUID other = server.agent(owner);
    create(",\"agentId\":\"" + other + "\"");
    create("");
    append("k", "x");
    await(1);

    server.send("POST", "/v1/agents/" + other + "/messages:append", key, appending("k", "y"));

    assertThat(await(3).stream().map(each -> body(each).at("/data/agentId").asText()))
        .containsExactlyInAnyOrder(agentId.toString(), other.toString(), other.toString());
  }

  @Test
  void rotatedSecret_bothSignWithinTheOverlap_andOnlyTheNewOneWithout() {
    JsonNode created = create("");
    String first = created.at("/secret").asText();
    String second = ok("POST", "/" + id(created) + ":rotateSecret", "{}").at("/secret").asText();
    append("k", "x");
    WebhookReceiver.Request both = await(1).get(0);
    assertThat(both.isSignedWith(first)).isTrue();
    assertThat(both.isSignedWith(second)).isTrue();

    String third =
        ok("POST", "/" + id(created) + ":rotateSecret", "{\"overlap\":\"0s\"}")
            .at("/secret")
            .asText();
    ok("POST", "/" + id(created) + ":test", "{}");

    WebhookReceiver.Request last = await(2).get(1);
    assertThat(last.isSignedWith(third)).isTrue();
    assertThat(last.isSignedWith(second)).isFalse();
    assertThat(ok("GET", "/" + id(created), null).toString()).doesNotContain("whsec_");
  }

  @Test
  void receiverThatFails_isSentTheSameIdAgain() {
    create("");
    receiver.answer(
        request ->
            ResponseHeaders.of(
                receiver.requests().size() == 1 ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK));
    append("k", "x");

    List<WebhookReceiver.Request> requests = await(2);

    assertThat(requests.get(0).id()).startsWith("msg_").isEqualTo(requests.get(1).id());
  }

  @Test
  void redirect_isNotFollowed() {
    JsonNode created = create("");
    receiver.answer(
        request ->
            ResponseHeaders.builder(HttpStatus.TEMPORARY_REDIRECT)
                .add("location", receiver.url("/elsewhere"))
                .build());

    JsonNode attempt = ok("POST", "/" + id(created) + ":test", "{}");

    assertThat(attempt.at("/accepted").asBoolean()).isFalse();
    assertThat(attempt.at("/statusCode").asInt()).isEqualTo(307);
    assertThat(receiver.requests()).hasSize(1);
    assertThat(body(receiver.requests().get(0)).at("/type").asText()).isEqualTo("webhook.test");
  }

  @Test
  void failedDelivery_isListed_redelivered_andRemovedOnceItIsAccepted() {
    JsonNode created = create("");
    String path = "/" + id(created) + "/deliveries";
    String session = append("k", "x").at("/session/sessionId").asText();
    await(1);
    String delivery = putFailed(created, session, 1, 7);
    assertThat(ok("GET", path, null).at("/deliveries/0/deliveryId").asText()).isEqualTo(delivery);
    assertThat(ok("GET", path, null).at("/deliveries/0/eventType").asText())
        .isEqualTo("MESSAGE_CREATED");

    receiver.answer(500);
    assertThat(ok("POST", path + "/" + delivery + ":redeliver", "{}").at("/error").asText())
        .isEqualTo("HTTP status 500");
    assertThat(ok("GET", path, null).at("/deliveries")).hasSize(1);
    receiver.answer(200);
    assertThat(ok("POST", path + "/" + delivery + ":redeliver", "{}").at("/accepted").asBoolean())
        .isTrue();

    assertThat(receiver.requests().get(2).id()).isEqualTo(delivery);
    assertThat(ok("GET", path, null).at("/deliveries")).isEmpty();
    assertReason(
        send("POST", path + "/" + delivery + ":redeliver", "{}"), 404, "DELIVERY_NOT_FOUND");
  }

  @Test
  void failedDeliveryOfADeletedMessage_isRemovedWithoutARequest() {
    JsonNode created = create("");
    String session = append("k", "x").at("/session/sessionId").asText();
    await(1);
    String delivery = putFailed(created, session, 1, 7);
    String message = "/v1/agents/" + agentId + "/sessions/" + session;
    server.send("POST", message + ":clear", key, "{}");

    String path = "/" + id(created) + "/deliveries";
    assertReason(
        send("POST", path + "/" + delivery + ":redeliver", "{}"), 404, "DELIVERY_NOT_FOUND");

    assertThat(ok("GET", path, null).at("/deliveries")).isEmpty();
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void failedDeliveries_arePaged_andCanBeDeleted() {
    JsonNode created = create("");
    String session = append("k", "x").at("/session/sessionId").asText();
    String path = "/" + id(created) + "/deliveries";
    String first = putFailed(created, session, 1, 7);
    String second = putFailed(created, session, 1, 9);

    JsonNode page = ok("GET", path + "?pageSize=1", null);
    JsonNode next =
        ok("GET", path + "?pageSize=1&pageToken=" + page.at("/nextPageToken").asText(), null);

    assertThat(page.at("/deliveries/0/deliveryId").asText()).isEqualTo(second);
    assertThat(next.at("/deliveries/0/deliveryId").asText()).isEqualTo(first);
    assertThat(next.has("nextPageToken")).isFalse();
    assertThat(send("DELETE", path + "/" + first, null).statusCode()).isLessThan(300);
    assertReason(send("DELETE", path + "/" + first, null), 404, "DELIVERY_NOT_FOUND");
  }

  private static String putFailed(JsonNode created, String session, long sequence, long number) {
    UUID webhookId = UUID.fromString(id(created));
    UUID sessionId = UUID.fromString(session);
    UUID agent =
        server
            .store()
            .findSession(sessionId, dev.parley.storage.Cancellation.NONE)
            .join()
            .orElseThrow()
            .agentId();
    server
        .store()
        .webhooks()
        .putDelivery(
            new FailedDelivery(
                webhookId,
                new DeliveryPosition(number, 0),
                WebhookEventType.MESSAGE_CREATED,
                agent,
                sessionId,
                sequence,
                null,
                5,
                Instant.EPOCH,
                "HTTP status 400"))
        .join();
    return "msg_" + webhookId.toString().replace("-", "") + "_c" + number;
  }

  @Test
  void update_changesWhatIsSet_andTurningOffStopsRequests() {
    JsonNode created = create(",\"description\":\"CRM\"");
    String path = "/" + id(created);

    JsonNode off = ok("PATCH", path, "{\"disabled\":true}");
    assertThat(off.at("/disabledReason").asText()).isEqualTo("BY_CALLER");
    append("k", "x");
    JsonNode on =
        ok(
            "PATCH",
            path + "?updateMask=disabled,description,url",
            "{\"url\":\"%s\"}".formatted(receiver.url("/new")));

    assertThat(on.at("/disabled").asBoolean()).isFalse();
    assertThat(on.has("description")).isFalse();
    assertThat(on.at("/eventTypes/0").asText()).isEqualTo("MESSAGE_CREATED");
    assertThat(await(1).get(0).path()).isEqualTo("/new");
  }

  @Test
  void delete_endsTheWebhook() {
    JsonNode created = create("");
    assertThat(ok("GET", "", null).at("/webhooks")).hasSize(1);

    assertThat(send("DELETE", "/" + id(created), null).statusCode()).isLessThan(300);

    assertThat(ok("GET", "", null).at("/webhooks")).isEmpty();
    assertReason(send("GET", "/" + id(created), null), 404, "WEBHOOK_NOT_FOUND");
    assertReason(send("DELETE", "/" + id(created), null), 404, "WEBHOOK_NOT_FOUND");
  }

  @Test
  void otherOwners_seeNothing() {
    String path = "/v1/webhooks/" + id(create(""));
    String other = server.masterKey("owner-" + UUID.randomUUID());
    String agentKey = server.agentKey(agentId, "agent:manage");

    assertReason(server.send("GET", path, other, null), 404, "WEBHOOK_NOT_FOUND");
    assertReason(server.send("DELETE", path, other, null), 404, "WEBHOOK_NOT_FOUND");
    assertReason(
        server.send("POST", path + ":rotateSecret", other, "{}"), 404, "WEBHOOK_NOT_FOUND");
    assertReason(server.send("POST", path + ":test", other, "{}"), 404, "WEBHOOK_NOT_FOUND");
    assertReason(server.send("GET", path, agentKey, null), 403, "SCOPE_MISSING");
    assertReason(
        server.send("GET", "/v1/webhooks?owner=" + owner, other, null), 403, "OWNER_FORBIDDEN");
    assertReason(
        server.send(
            "POST",
            "/v1/webhooks",
            other,
            "{\"url\":\"https://example.com\",\"agentId\":\"" + agentId + "\"}"),
        404,
        "AGENT_NOT_FOUND");
    assertThat(server.send("GET", path, server.rootKey(), null).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                                                      | url",
        "{\"url\":\"http://example.com\"}                        | url",
        "{\"url\":\"https://10.0.0.1/\"}                         | url",
        "{\"url\":\"https://example.com\",\"eventTypes\":[0]}    | eventTypes[0]",
        "{\"url\":\"https://example.com\",\"agentId\":\"x\"}     | agentId"
      })
  void badRequest_namesTheField(String request, String field) {
    HttpResponse<String> answer = send("POST", "", request);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"" + field + "\"");
  }

  @Test
  void urlOfTheGreatestLength_isAccepted_andOneLongerIsNot() {
    String start = "https://example.com/";

    assertThat(
            send("POST", "", "{\"url\":\"" + start + "a".repeat(2048 - start.length()) + "\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            send("POST", "", "{\"url\":\"" + start + "a".repeat(2049 - start.length()) + "\"}")
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void changes_areAudited() {
    JsonNode created = create("");
    ok("PATCH", "/" + id(created), "{\"description\":\"x\"}");
    ok("POST", "/" + id(created) + ":rotateSecret", "{}");
    send("DELETE", "/" + id(created), null);

    JsonNode entries =
        JsonBodies.tree(server.send("GET", "/v1/auditEntries?action=webhook.", key, null).body());

    assertThat(entries.at("/entries").findValuesAsText("action"))
        .containsExactly("webhook.delete", "webhook.rotate", "webhook.update", "webhook.create");
    assertThat(entries.at("/entries").findValuesAsText("webhookId"))
        .hasSize(4)
        .containsOnly(id(created));
  }

  private static void assertReason(HttpResponse<String> answer, int status, String reason) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body()).contains("\"" + reason + "\"");
  }
}
