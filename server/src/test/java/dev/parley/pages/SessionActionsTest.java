package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.message;
import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** Actions on a session in the console, and its export. */
class SessionActionsTest {
  @TempDir private static Path folder;
  private static ServerFixture server;
  private static Browser browser;
  private ConsoleScene scene;

  @BeforeAll
  static void start() {
    server = ServerFixture.in(folder.resolve("store")).clock(Clock.systemUTC()).start();
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
  }

  @Test
  void session_renamedArchivedRestoredDeleted_byKeyboard() {
    String session = scene.session("api:mine", null, says("USER", "hello"));
    scene.session("api:other", null);
    scene.openSignedIn(server.agentKey(scene.agent(), "agent:manage"));
    scene.open(session);

    press("Rename");
    assertThat(browser.barriers()).isEmpty();
    browser.focused().sendKeys("Our talk", Keys.ENTER);
    browser.await(
        () -> browser.find("h1").getText().equals("Our talk") ? true : null, "the new name");
    assertThat(browser.find("nav li a[aria-current]").getText()).contains("Our talk");
    assertThat(browser.focused().getText()).isEqualTo("Rename");

    press("Archive");
    browser.find("dialog button.primary").sendKeys(Keys.ENTER);
    browser.button("Restore");
    assertThat(browser.all("nav li")).hasSize(1);
    press("Restore");
    browser.find("dialog button.primary").sendKeys(Keys.ENTER);
    browser.button("Archive");
    browser.await(() -> browser.all("nav li").size() == 2 ? true : null, "both listed");

    press("Delete");
    assertThat(browser.find("dialog").getText()).contains("Our talk", "api:mine", "1 message");
    browser.screenshot("dialog");
    browser.focused().sendKeys(Keys.ESCAPE);
    browser.await(() -> browser.all("dialog").isEmpty() ? true : null, "closed");
    press("Delete");
    browser.find("dialog button.danger").sendKeys(Keys.ENTER);
    browser.awaitText("Choose a session");
    assertThat(server.send("GET", scene.sessionPath(session), server.rootKey(), null).statusCode())
        .isEqualTo(404);
  }

  @Test
  void session_labelsEdited_problemsTold() {
    String session = scene.session("api:labels", null, says("USER", "hello"));
    scene.openSignedIn(server.agentKey(scene.agent(), "agent:manage"));
    scene.open(session);

    press("Labels");
    WebElement field = browser.find("#labels");
    field.sendKeys("topic=weather\ntopic=news");
    browser.button("Save").click();
    assertThat(field.getDomProperty("validationMessage")).contains("\"topic\" is there twice");
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), "topic");
    assertThat(field.getDomProperty("validationMessage")).contains("has no \"=\"");
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), "topic=a = b\nempty=");
    assertThat(browser.barriers()).isEmpty();
    browser.button("Save").click();
    browser.await(() -> browser.all(".facts .chip").size() == 2 ? true : null, "both labels");
    assertThat(browser.find("#list li").getText()).contains("topic=a = b", "empty=");
    assertThat(scene.send("GET", scene.sessionPath(session), null))
        .contains("\"labels\":{\"empty\":\"\",\"topic\":\"a = b\"}");

    press("Labels");
    browser.find("#labels").sendKeys(Keys.chord(Keys.CONTROL, "a"), "Topic=weather");
    browser.button("Save").click();
    assertThat(browser.find("main [role=alert]").getText()).contains("labels");
  }

  @Test
  void session_exported_asTheApiHasIt() throws IOException {
    String odd =
        "[{\"type\":\"tool_use\",\"name\":\"f\",\"input\":{\"2\":24.0,\"1\":12345678901234567890,"
            + "\"text\":\"\\\"]},{\\\\\"}}]";
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 1100; i++) {
      messages.add(i == 7 ? message("ASSISTANT", odd) : says("USER", "number " + i + " `a`"));
    }
    String session = scene.session("api:\"export\"", "Our\u2028talk");
    scene.append(session, messages.subList(0, 1000).toArray(String[]::new));
    scene.append(session, messages.subList(1000, 1100).toArray(String[]::new));
    String run = scene.sessionPath(session) + "/runs";
    scene.send("POST", run, "{\"runId\":\"r1\",\"details\":{\"a\":1.50}}");
    scene.send("PUT", run + "/r1/retrievedContext", "{\"items\":[{\"score\":0.10}]}");
    Path saved = Files.createDirectories(folder.resolve("saved"));
    browser.saveTo(saved);
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    press("Export");
    assertThat(browser.find("#export-progress").getText()).isEqualTo("1,100 messages");
    assertThat(browser.barriers()).isEmpty();
    browser.find("dialog button.primary").click();
    List<String> lines = Files.readAllLines(saved(saved, session + ".jsonl"));
    assertThat(lines).hasSize(1 + 2 + 1100).allSatisfy(SessionActionsTest::canBeImported);
    assertThat(JsonBodies.text(lines.get(0), "/session/sessionId")).isEqualTo(session);
    assertThat(lines.get(0)).endsWith(",\"ttl\":\"0s\"}}");
    assertThat(lines.get(1))
        .startsWith("{\"key\":\"api:\\\"export\\\"\",\"run\":{")
        .contains("1.50");
    assertThat(lines.get(2))
        .contains("\"retrievedContext\":{\"runId\":\"r1\",\"items\":[{\"score\":0.10}]}");
    assertThat(lines.get(9)).contains("\"content\":" + odd);
    assertThat(JsonBodies.text(lines.get(1102), "/message/sequence")).isEqualTo("1100");
    assertThat(browser.all("li.message").size()).isLessThanOrEqualTo(200);

    press("Export");
    browser.find("#export-format").sendKeys("Markdown");
    browser.find("dialog button.primary").click();
    String text = Files.readString(saved(saved, session + ".md"));
    assertThat(text).startsWith("# Our talk\n\n- Key: api:\"export\"\n- Session: " + session);
    assertThat(text).contains("Tool call: f\n\n```json\n{", "number 1100 `a`\n\n");
    assertThat(text.lines().filter(line -> line.startsWith("## "))).hasSize(1100);

    press("Export");
    browser.run(
        """
        window.asked = 0;
        window.fetch = (url, { signal }) => new Promise((done, fail) => {
          window.asked++;
          signal.addEventListener("abort", () => fail(signal.reason));
        });
        """);
    browser.find("dialog button.primary").click();
    browser.button("Cancel").click();
    browser.await(
        () -> browser.text().contains("The export was cancelled.") ? true : null, "cancelled");
    assertThat(browser.run("return window.asked")).isEqualTo(1L);
    assertThat(saved.toFile().list()).hasSize(2);
  }

  private static void canBeImported(String line) {
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    assertThat(JsonCodec.violations(JsonCodec.parse(utf8, ImportLine.getDefaultInstance())))
        .isEmpty();
  }

  private static Path saved(Path folder, String name) {
    Path file = folder.resolve(name);
    browser.await(() -> Files.exists(file) ? true : null, name);
    return file;
  }

  @Test
  void session_restoredWhileItsKeyIsInUse_refusalShown() {
    String session = scene.session("api:mine", null);
    scene.send("POST", scene.sessionPath(session) + ":archive", "{}");
    scene.session("api:mine", null);
    scene.openSignedIn(server.agentKey(scene.agent(), "agent:manage"));
    scene.open(session);

    press("Restore");
    browser.find("dialog button.primary").click();

    assertThat(browser.find("main [role=alert]").getText()).contains("holds the key");
    browser.button("Restore");
  }

  @Test
  void session_deletedElsewhere_told() {
    String session = scene.session("api:mine", null);
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    scene.send("DELETE", scene.sessionPath(session), null);

    browser.awaitText("This session is no longer there.");
  }

  private static void press(String button) {
    browser.button(button).sendKeys(Keys.ENTER);
    browser.find("dialog");
  }
}
