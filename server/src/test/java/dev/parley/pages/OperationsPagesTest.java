package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.TestPki;
import dev.parley.testing.Tokens;
import dev.parley.testing.WebhookReceiver;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** The pages of the console for operators, and the callers to whom they are offered. */
class OperationsPagesTest {
  @TempDir private static Path folder;
  private static TestPki pki;
  private static ServerFixture server;
  private static Browser browser;
  private ConsoleScene scene;

  @BeforeAll
  static void start() throws Exception {
    pki = new TestPki(Files.createDirectory(folder.resolve("pki")));
    server =
        ServerFixture.in(folder.resolve("store"))
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, "acme")
            .flag(Setting.WEBHOOK_CA, pki.authority().toString())
            .flag(Setting.WEBHOOK_PRIVATE_ADDRESSES, "127.0.0.1")
            .clock(Clock.systemUTC())
            .start();
    browser = Browser.start(folder.resolve("browser"));
  }

  @AfterAll
  static void stop() {
    browser.close();
    server.close();
  }

  @BeforeEach
  void makeScene() {
    browser.emulate(1280, 860, false);
    scene = new ConsoleScene(server, browser);
  }

  @AfterEach
  void nothingBrokeThePolicy() {
    assertThat(browser.noted()).isEmpty();
    assertThat(browser.requests())
        .allMatch(url -> url.startsWith(scene.url()) || url.startsWith("data:"));
  }

  @Test
  void key_created_secretShownOnce_rotatedAndRevoked() {
    scene.name("Weather assistant");
    open("keys", server.rootKey());
    browser.button("Create key").click();
    new Select(browser.find("#key-agent")).selectByValue(scene.agent().toString());
    browser.find("#key-client").sendKeys("web widget");
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("key-create");
    browser.button("Create").click();

    String secret = browser.find("#secret").getText();
    assertThat(secret).matches("g_agent_[0-9a-f]{48}");
    assertThat(server.send("GET", "/v1/agents", secret, null).statusCode()).isEqualTo(200);
    browser.button("Close").click();
    assertThat((String) browser.run("return document.documentElement.outerHTML + location.href"))
        .doesNotContain(secret);
    browser.await(() -> row("web widget"), "the key");
    assertThat(row("web widget").getText()).contains("Weather assistant", "chat", "live");
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("keys");

    row("web widget").findElement(org.openqa.selenium.By.tagName("button")).click();
    new Select(browser.find("#overlap")).selectByVisibleText("At once");
    browser.find("dialog button.primary").click();
    String next = browser.find("#secret").getText();
    assertThat(next).isNotEqualTo(secret);
    browser.button("Close").click();
    assertThat(server.send("GET", "/v1/agents", secret, null).statusCode()).isEqualTo(401);

    browser.await(() -> button("Revoke Weather assistant, web widget"), "the new key").click();
    browser.find("dialog button.danger").click();
    browser.await(
        () -> button("Revoke Weather assistant, web widget") == null ? true : null, "revoked");
    assertThat(server.send("GET", "/v1/agents", next, null).statusCode()).isEqualTo(401);
  }

  @Test
  void key_withoutOwner_toldAsTheApiWordsIt() {
    open("keys", server.rootKey());
    browser.button("Create key").click();
    new Select(browser.find("#key-type")).selectByValue("MASTER");
    browser.button("Create").click();

    assertThat(browser.find("main [role=alert]").getText()).contains("owner");
  }

  @Test
  void audit_newestFirst_filteredByLink() {
    scene.name("Audited");
    String session = scene.session("api:audited", null);
    scene.send("POST", scene.sessionPath(session) + ":archive", "{}");
    open("audit", server.rootKey());

    browser.await(() -> row("session.archive"), "the entry");
    new Select(browser.find("#audit-agent")).selectByVisibleText("Audited");
    browser.await(() -> browser.all("tbody tr").size() == 3 ? true : null, "this agent's");
    assertThat(browser.all("tbody tr").get(0).getText())
        .contains("session.archive", "root", session, "127.0.0.1", "parley, rest");
    assertThat(browser.find("tbody a").getDomProperty("href")).endsWith("/sessions/" + session);
    new Select(browser.find("#audit-action")).selectByVisibleText("sessions");
    browser.await(() -> browser.all("tbody tr").size() == 1 ? true : null, "of sessions");
    assertThat((String) browser.run("return location.hash"))
        .isEqualTo("#/audit?agent=" + scene.agent() + "&action=session.");
    browser.reload();
    browser.await(() -> browser.all("tbody tr").size() == 1 ? true : null, "of sessions");
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("audit");
  }

  @Test
  void runs_ofAllAgents_byStateAndAgent_leadToTheirFirstMessage() {
    scene.name("Runner");
    ConsoleScene other = new ConsoleScene(server, browser);
    for (ConsoleScene each : List.of(scene, other)) {
      String session = each.session("api:runs", null, says("USER", "hello"));
      String runs = each.sessionPath(session) + "/runs";
      each.send("POST", runs, "{\"runId\":\"run of " + each.agent() + "\"}");
      each.append(
          session,
          "{\"role\":\"ASSISTANT\",\"runId\":\"run of %s\",\"content\":\"the answer\"}"
              .formatted(each.agent()));
      each.send("POST", runs, "{\"runId\":\"bad-%s\"}".formatted(each.agent()));
      each.send(
          "PATCH",
          runs + "/bad-" + each.agent(),
          "{\"state\":\"FAILED\",\"error\":\"The <b>model</b> did not answer.\"}");
    }
    open("runs", server.rootKey());

    browser.await(() -> row("bad-" + other.agent()), "a run of another agent");
    assertThat(row("bad-" + scene.agent()).getText())
        .contains("Runner", "failed", "The <b>model</b> did not answer.");
    new Select(browser.find("#runs-agent")).selectByVisibleText("Runner");
    browser.await(() -> browser.all("tbody tr").size() == 2 ? true : null, "this agent's");
    new Select(browser.find("#runs-state")).selectByVisibleText("running");
    browser.await(() -> browser.all("tbody tr").size() == 1 ? true : null, "running");
    assertThat((String) browser.run("return location.hash"))
        .isEqualTo("#/runs?agent=" + scene.agent() + "&state=RUNNING");
    browser.reload();
    browser.await(() -> browser.all("tbody tr").size() == 1 ? true : null, "running");
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("runs-of-agents");

    browser.find("tbody a").click();
    browser.await(() -> browser.all(".message.found").isEmpty() ? null : true, "the message");
    assertThat(browser.find(".message.found .text").getText()).isEqualTo("the answer");

    open("runs", server.agentKey(scene.agent(), "chat"));
    browser.await(() -> browser.all("tbody tr").size() == 2 ? true : null, "its own");
    assertThat(browser.all("#runs-agent")).isEmpty();
  }

  @Test
  void retention_sessionsThatExpire_linked() {
    scene.send(
        "POST",
        "/v1/agents/" + scene.agent() + "/sessions",
        "{\"key\":\"api:in-two-days\",\"ttl\":\"172800s\"}");
    open("retention", server.rootKey());

    browser.await(() -> row("api:in-two-days"), "within a week");
    assertThat(row("api:in-two-days").getText()).contains("0 messages", "its time to live");
    assertThat(browser.barriers()).isEmpty();
    new Select(browser.find("#within")).selectByVisibleText("a day");
    browser.awaitText("No session expires in this time.");
    new Select(browser.find("#within")).selectByVisibleText("30 days");
    browser.await(() -> row("api:in-two-days"), "within 30 days");
    browser.find("tbody a").click();
    browser.await(
        () -> browser.find("h1").getText().equals("api:in-two-days") ? true : null, "session");
  }

  @Test
  void webhook_createdTestedChangedAndDeleted() throws Exception {
    scene.name("Weather assistant");
    try (WebhookReceiver receiver = new WebhookReceiver(pki.issue("receiver"), 0)) {
      open("webhooks", server.rootKey());
      browser.button("Create webhook").click();
      new Select(browser.find("#webhook-of")).selectByVisibleText("Weather assistant · acme");
      browser.find("#webhook-url").sendKeys(receiver.url("/hook"));
      browser.find("#webhook-description").sendKeys("CRM");
      assertThat(browser.barriers()).isEmpty();
      browser.button("Create").click();
      String secret = browser.find("#secret").getText();
      assertThat(secret).startsWith("whsec_");
      browser.button("Close").click();
      assertThat((String) browser.run("return document.documentElement.outerHTML"))
          .doesNotContain(secret);
      browser.await(() -> row("CRM"), "the webhook");
      assertThat(row("CRM").getText()).contains("Weather assistant", "message created", "on");
      assertThat(browser.barriers()).isEmpty();
      browser.screenshot("webhooks");

      browser.button("Test").click();
      browser.awaitText("The receiver accepted the event, with the status 204.");
      browser.button("Close").click();
      assertThat(receiver.requests().get(0).isSignedWith(secret)).isTrue();
      browser.button("New secret").click();
      browser.button("Replace").click();
      assertThat(browser.find("#secret").getText()).startsWith("whsec_").isNotEqualTo(secret);
      browser.button("Close").click();
      browser.button("Turn off").click();
      browser.await(() -> row("turned off"), "off");
      browser.button("Turn on").click();
      browser.button("Turn off");
      browser.button("Edit").click();
      browser.find("#webhook-description").sendKeys(" of sales");
      browser.find("[value=RUN_CHANGED]").click();
      browser.button("Save").click();
      browser.await(() -> row("CRM of sales"), "changed");
      assertThat(row("CRM of sales").getText()).contains("message created, run changed");

      String webhooks = scene.send("GET", "/v1/webhooks", null);
      UUID webhook = UUID.fromString(JsonBodies.text(webhooks, "/webhooks/0/webhookId"));
      String session = scene.session("api:hooked", null);
      receiver.answer(500);
      putFailed(webhook, UUID.fromString(session));
      browser.find("tbody a").click();
      browser.await(() -> row("HTTP status 400"), "the delivery");
      assertThat(browser.barriers()).isEmpty();
      browser.button("Send again").click();
      browser.awaitText("The receiver did not accept the event, with the status 500.");
      browser.button("Close").click();
      browser.button("Remove").click();
      browser.awaitText("There are no failed deliveries.");

      browser.run("location.hash = '#/webhooks'");
      browser.button("Delete").click();
      browser.find("dialog button.danger").click();
      browser.awaitText("There are no webhooks yet.");
    }
  }

  private void putFailed(UUID webhook, UUID session) {
    DeliveryPosition position = new DeliveryPosition(7, 0);
    server
        .store()
        .webhooks()
        .putDelivery(
            new FailedDelivery(
                webhook,
                position,
                WebhookEventType.SESSION_CHANGED,
                scene.agent(),
                session,
                0,
                null,
                5,
                Instant.EPOCH,
                "HTTP status 400"))
        .join();
  }

  @Test
  void settings_shownToTheOperator_withoutSecrets() {
    HttpResponse<String> answer = server.send("GET", "/v1/settings", server.rootKey(), null);
    assertThat(answer.body()).doesNotContain(Tokens.SECRET, server.rootKey());
    assertThat(server.send("GET", "/v1/settings", server.masterKey("settings"), null).statusCode())
        .isEqualTo(403);
    open("settings", server.rootKey());

    browser.await(() -> row("jwt-hs256-secret"), "the settings");
    assertThat(row("jwt-hs256-secret").getText()).contains("***", "--jwt-hs256-secret");
    assertThat(row("jwt-owner").getText()).contains("acme", "--jwt-owner");
    assertThat(row("idle-timeout-seconds").getText()).contains("90", "default");
    assertThat(row("otlp-endpoint").getText()).contains("not set");
    assertThat(browser.find(".tiles").getText()).contains("Health\nReady", "Version");
    assertThat((String) browser.run("return document.documentElement.outerHTML"))
        .doesNotContain(Tokens.SECRET);
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("settings");
  }

  @Test
  void overview_countsAndCharts() {
    scene.name("Weather assistant");
    scene.session("api:first", null);
    String session = scene.session("api:second", null, says("USER", "hello"));
    String runs = scene.sessionPath(session) + "/runs";
    scene.send("POST", runs, "{\"runId\":\"a\",\"usage\":{\"total_tokens\":1200}}");
    scene.send(
        "POST", runs, "{\"runId\":\"b\",\"usage\":{\"input_tokens\":30,\"output_tokens\":4}}");
    scene.send("POST", runs, "{\"runId\":\"c\",\"usage\":{\"input_tokens\":\"many\"}}");
    open("overview", server.rootKey());

    browser.await(() -> row("Weather assistant"), "the agent");
    browser.await(() -> row("Weather assistant").getText().endsWith("2") ? true : null, "count");
    scene.session("api:third", null, says("USER", "hello"));
    browser.await(() -> browser.all("figure").isEmpty() ? null : true, "charts");
    browser.awaitNoText("measuring…");
    assertThat(browser.all("[aria-labelledby=charts-heading] canvas")).hasSize(4);
    assertThat(browser.all("figcaption strong").get(0).getText()).matches("[0-9.,]+");
    browser.await(() -> browser.all("#usage-heading").isEmpty() ? null : true, "tokens");
    assertThat(browser.text()).containsPattern("\\d\\sWeather assistant\\s3\\s1,234");
    assertThat(browser.find(".tiles").getText())
        .contains("Sessions", "Messages (estimate)", "Store size", "Watches");
    assertThat(browser.find("#usage-heading + .charts figure").getText())
        .isEqualTo("Tokens per day\n1,234");
    assertThat(browser.all("#usage-heading + .charts canvas")).hasSize(1);
    browser.run("location.hash = '#/keys'");
    browser.await(() -> browser.all("figure").isEmpty() ? true : null, "another page");
    browser.run("location.hash = '#/overview'");
    browser.find("figure canvas");
    // The charts go on with what was measured before.
    assertThat(browser.all("figcaption strong").get(0).getText()).matches("[0-9.,]+");
    for (boolean dark : new boolean[] {false, true}) {
      browser.emulate(1280, 860, dark);
      assertThat(browser.barriers()).isEmpty();
    }
    browser.emulate(360, 740, false);
    nothingScrollsSideways();
    browser.screenshot("phone-overview");
  }

  @Test
  void metrics_ratesAndPercentile() {
    open("overview", server.rootKey());
    String result =
        (String)
            browser.run(
                """
                return import("/console/ops/metrics.js").then(({ rate, slowest }) => {
                  const at = (time, calls, buckets) => ({ time, calls, buckets });
                  const none = at(0, 5, [[0.1, 5], [0.2, 5], [Infinity, 5]]);
                  const some = at(5, 15, [[0.1, 5], [0.2, 15], [Infinity, 15]]);
                  const long = at(5, 15, [[0.1, 5], [Infinity, 15]]);
                  return JSON.stringify([
                    rate(none, some, "calls"), rate(long, at(9, 3, []), "calls"),
                    Math.round(slowest(none, some)), slowest(none, long), slowest(none, none)]);
                });
                """);

    assertThat(result).isEqualTo("[2,null,199,100,null]");
  }

  @Test
  void pages_offeredToThoseWhoMaySeeThem() {
    String session = scene.session("api:one", null, says("USER", "hello"));
    assertThat(offered(server.rootKey()))
        .isEqualTo("Conversations\nOverview\nRuns\nKeys\nWebhooks\nAudit log\nRetention\nSettings");
    assertThat(offered(server.masterKey("acme")))
        .isEqualTo("Conversations\nOverview\nRuns\nKeys\nWebhooks\nAudit log");
    browser.run("location.hash = '#/keys'");
    browser.button("Create key").click();
    assertThat(browser.all("#key-type option")).hasSize(1);

    assertThat(offered(server.agentKey(scene.agent(), "agent:manage")))
        .isEqualTo("Conversations\nRuns");
    scene.open(session);
    browser.button("Delete");
    browser.run("location.hash = '#/keys'");
    browser.awaitText("This key may not see this page.");

    assertThat(offered(server.agentKey(scene.agent(), "chat"))).isEqualTo("Conversations\nRuns");
    scene.open(session);
    browser.button("Find");
    browser.button("Export");
    assertThat(browser.all(".heading button")).hasSize(2);
    assertThat(
            offered(Tokens.hs256("{\"sub\":\"ana\",\"aud\":\"authenticated\",\"exp\":1893456000}")))
        .isEqualTo("Conversations");
  }

  @Test
  void pages_darkAndPhone_haveNoBarriers() {
    for (String page :
        new String[] {"runs", "keys", "webhooks", "audit", "retention", "settings"}) {
      open(page, server.rootKey());
      browser.await(
          () ->
              browser.all("main.page h1").isEmpty() || browser.text().contains("Loading")
                  ? null
                  : true,
          page);
      browser.emulate(360, 740, true);
      assertThat(browser.barriers()).isEmpty();
      nothingScrollsSideways();
      browser.screenshot("phone-" + page + "-dark");
      browser.emulate(1280, 860, false);
    }
  }

  /** The page fits its width. On phones, the rows of tables are cards, so that they fit as well. */
  private static void nothingScrollsSideways() {
    String wide =
        """
        return [document.documentElement, ...document.querySelectorAll(".wide-table")]
          .filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.outerHTML);
        """;
    assertThat((List<?>) browser.run(wide)).isEmpty();
  }

  private String offered(String key) {
    scene.openSignedIn(key);
    return browser.find(".pages").getText().replace(" ", "\n").replace("Audit\nlog", "Audit log");
  }

  private void open(String page, String key) {
    scene.openSignedIn(key);
    browser.run("location.hash = arguments[0]", "#/" + page);
    browser.find("main.page h1");
  }

  private static WebElement row(String text) {
    return browser.all("tbody tr").stream()
        .filter(row -> row.getText().contains(text))
        .findFirst()
        .orElse(null);
  }

  private static WebElement button(String label) {
    return browser.all("button").stream()
        .filter(each -> label.equals(each.getDomAttribute("aria-label")))
        .findFirst()
        .orElse(null);
  }
}
