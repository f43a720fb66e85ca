package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.message;
import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.Browser;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
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

/** What people do in the console, in a real browser. */
class ConsoleTest {
  @TempDir private static Path folder;
  private static ServerFixture server;
  private static Browser browser;
  private ConsoleScene scene;

  @BeforeAll
  static void start() {
    server =
        ServerFixture.in(folder.resolve("store"))
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, "acme")
            .flag(Setting.DATA, folder.resolve("data").toString())
            .flag(Setting.SEARCH, "on")
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
  void signIn_wrongKey_toldAsTheApiWordsIt() {
    scene.openSignedOut();
    browser.find("#key").sendKeys("g_agent_" + "0".repeat(48));
    browser.button("Sign in").click();

    assertThat(browser.find("[role=alert]").getText()).contains("key");
    assertThat(browser.run("return sessionStorage.length")).isEqualTo(0L);
    browser.find("#key").sendKeys(Keys.chord(Keys.CONTROL, "a"), "schlüssel ☃");
    browser.button("Sign in").click();
    browser.await(() -> browser.find("#key").isEnabled() ? true : null, "the field");
    assertThat(browser.all("#search")).isEmpty();
  }

  @Test
  void signOut_keyForgotten() {
    String session = scene.session("api:one", null);
    scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
    scene.open(session);
    assertThat((String) browser.run("return location.href")).doesNotContain("g_agent_");
    browser.button("Sign out").click();
    browser.find("#key");

    assertThat(browser.run("return sessionStorage.length + localStorage.length")).isEqualTo(0L);
    browser.reload();
    browser.find("#key");
    assertThat(browser.text()).doesNotContain("api:one");
  }

  @Test
  void signIn_tokenOfUser_ownSessionsAlone() {
    scene.session("api:not-hers", null);
    scene.send(
        "POST",
        "/v1/agents/" + scene.agent() + "/sessions",
        "{\"key\":\"api:hers\",\"user\":\"ana\"}");
    scene.signIn(Tokens.hs256("{\"sub\":\"ana\",\"aud\":\"authenticated\",\"exp\":1893456000}"));
    browser.run("location.hash = arguments[0]", "#/" + scene.agent() + "/sessions");

    browser.awaitText("api:hers");
    assertThat(browser.text()).doesNotContain("api:not-hers");
  }

  @Test
  void list_manySessions_searchedAndScrolled() {
    for (int i = 0; i < 120; i++) {
      scene.session("api:many-" + i, i % 40 == 0 ? "Weather number " + i : null);
    }
    scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
    browser.awaitText("api:many-119");

    browser.await(
        () -> {
          browser.run("document.getElementById('list').scrollTop = 1e6");
          return browser.all("nav li").size() == 120 ? true : null;
        },
        "all sessions");
    assertThat(browser.all("nav li")).hasSize(120);

    browser.find("#search").sendKeys("WEATHER");
    browser.await(() -> browser.all("nav li").size() == 3 ? true : null, "three found");
    assertThat(browser.all("nav li").get(0).getText()).contains("Weather number 80");
    browser.find("#search").sendKeys(" nowhere");
    browser.awaitText("Nothing found.");
  }

  @Test
  void messages_searched_openAtTheMessage() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 300; i++) {
      messages.add(says("USER", i == 100 ? "a <b>needle</b> in hay" : "hay number " + i));
    }
    scene.session("api:hay", "Hay", messages.toArray(String[]::new));
    scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
    browser.run("location.hash = arguments[0]", "#/" + scene.agent() + "/messages");
    browser.awaitText("phrases in quotes");
    // A search before the message is indexed finds nothing, so the words are entered again.
    browser.await(
        () -> {
          browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
          browser.awaitText("phrases in quotes");
          browser.find("#search").sendKeys("needle");
          browser.await(
              () ->
                  browser.text().contains("Nothing found.") || !browser.all("nav li").isEmpty()
                      ? true
                      : null,
              "an answer");
          return browser.all("nav li").isEmpty() ? null : true;
        },
        "the message");
    assertThat(browser.all("nav li mark").get(0).getText()).isEqualTo("needle");
    assertThat(browser.all("nav li").get(0).getText()).contains("Hay", "a <b>needle</b> in hay");

    browser.all("nav li a").get(0).click();
    browser.await(() -> browser.all(".message.found").isEmpty() ? null : true, "the message");
    WebElement found = browser.all(".message.found").get(0);
    assertThat(found.getText()).contains("needle");
    assertThat(isInSight(found)).isTrue();
    assertThat((String) browser.run("return location.hash")).endsWith("/100?q=needle");
    int shown = browser.all("ol > li").size();
    browser.find("#newer").click();
    browser.await(() -> browser.all("ol > li").size() > shown ? true : null, "newer messages");
  }

  @Test
  void transcript_longSession_olderLoadedOnScrollUp() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 130; i++) {
      messages.add(says(i % 2 == 1 ? "USER" : "ASSISTANT", "message number " + i + " ends"));
    }
    String session = scene.session("api:long", null, messages.toArray(String[]::new));
    scene.signIn(server.rootKey());
    scene.open(session);

    assertThat(browser.all("ol > li")).hasSize(50);
    browser.awaitText("message number 130 ends");
    WebElement newest = browser.all("ol > li").get(49);
    assertThat(isInSight(newest)).isTrue();
    browser.await(
        () -> {
          browser.run("document.getElementById('transcript').scrollTop = 0");
          return browser.all("ol > li").size() == 130 ? true : null;
        },
        "all messages");
    assertThat(browser.text()).contains("message number 1 ends");
  }

  @Test
  void transcript_newMessages_comeBySelfAndKeepThePlace() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      messages.add(says("USER", "line\n".repeat(4) + i));
    }
    String session = scene.session("api:live", null, messages.toArray(String[]::new));
    scene.signIn(server.rootKey());
    scene.open(session);

    scene.append(session, says("ASSISTANT", "the newest of all"));
    browser.awaitText("the newest of all");
    assertThat(isInSight(browser.all("ol > li").get(40))).isTrue();

    browser.run("document.getElementById('transcript').scrollTop = 900");
    WebElement field = browser.find("#search");
    field.sendKeys("liv");
    browser.await(() -> said().contains("1 found") ? true : null, "found");
    scene.append(session, says("ASSISTANT", "even newer"));
    browser.button("1 new message");
    assertThat(browser.run("return document.getElementById('transcript').scrollTop"))
        .isEqualTo(900L);
    assertThat(browser.focused()).isEqualTo(field);
    assertThat(field.getDomProperty("value")).isEqualTo("liv");
    assertThat(said()).contains("1 new message");
  }

  /** What was last said to screen readers. */
  private static String said() {
    return browser.all("#said").get(0).getDomProperty("textContent");
  }

  @Test
  void transcript_timeOfClient_shownWithTheStoredTimeAsTooltip() {
    String written = "2019-07-08T09:10:11Z";
    String session =
        scene.session(
            "api:imported",
            null,
            "{\"role\":\"USER\",\"content\":\"then\",\"clientTime\":\"" + written + "\"}",
            says("ASSISTANT", "now"));
    scene.signIn(server.rootKey());
    scene.open(session);
    browser.awaitText("then");

    WebElement imported = browser.find(".message.user time");
    assertThat(imported.getDomAttribute("datetime")).isEqualTo(written);
    assertThat(imported.getText()).contains("2019");
    assertThat(imported.getDomAttribute("title")).startsWith("Stored ").doesNotContain("2019");
    WebElement stored = browser.find(".message.assistant time");
    assertThat(stored.getDomAttribute("datetime")).isNotEqualTo(written);
    assertThat(stored.getDomAttribute("title")).isNull();
  }

  @Test
  void transcript_toolsImagesAndRuns_shown() {
    String session = Showcase.make(scene);
    scene.signIn(server.rootKey());
    scene.open(session);

    browser.awaitText("Called get_weather");
    browser.awaitText("Tool answered");
    assertThat(browser.all("img")).hasSize(1);
    assertThat(browser.all("img").get(0).getDomProperty("naturalWidth")).isNotEqualTo("0");
    assertThat(browser.text()).contains("Load image from example.com");
    browser.find("details.run > summary").click();
    browser.awaitText("Retrieved 2 items");
    browser.awaitText("Madrid lies on the Manzanares.");
    assertThat(browser.barriers()).isEmpty();
    browser.screenshot("transcript-tools");
    browser.run("document.getElementById('transcript').scrollTop = 0");
    browser.screenshot("transcript-run");
  }

  @Test
  void transcript_itemsOfOpenAi_shown() {
    String session =
        scene.session(
            "api:items",
            null,
            message(
                "ASSISTANT",
                """
                [{"type":"reasoning","summary":[{"type":"summary_text","text":"Ask the tool."}]},
                 {"type":"function_call","name":"get_weather",
                  "arguments":"{\\"city\\":\\"Rome\\"}"},
                 {"type":"refusal","refusal":"Not that."}]"""),
            message("TOOL", "[{\"type\":\"function_call_output\",\"output\":\"9 degrees\"}]"));
    scene.signIn(server.rootKey());
    scene.open(session);

    browser.awaitText("Called get_weather");
    browser.awaitText("9 degrees");
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    assertThat(browser.text()).contains("Ask the tool.", "Tool answered", "Not that.");
    assertThat(browser.all("details.json")).isEmpty();
  }

  @Test
  void session_renamedArchivedRestoredDeleted_byKeyboard() {
    String session = scene.session("api:mine", null, says("USER", "hello"));
    scene.session("api:other", null);
    scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
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
  void session_restoredWhileItsKeyIsInUse_refusalShown() {
    String session = scene.session("api:mine", null);
    scene.send("POST", scene.sessionPath(session) + ":archive", "{}");
    scene.session("api:mine", null);
    scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
    scene.open(session);

    press("Restore");
    browser.find("dialog button.primary").click();

    assertThat(browser.find("main [role=alert]").getText()).contains("holds the key");
    browser.button("Restore");
  }

  @Test
  void session_deletedElsewhere_told() {
    String session = scene.session("api:mine", null);
    scene.signIn(server.rootKey());
    scene.open(session);

    scene.send("DELETE", scene.sessionPath(session), null);

    browser.awaitText("This session is no longer there.");
  }

  @Test
  void pages_lightDarkAndPhone_haveNoBarriers() {
    String session = Showcase.make(scene);
    scene.session("api:weather-2", "Second talk about the weather", says("USER", "hello"));
    for (boolean dark : new boolean[] {false, true}) {
      browser.emulate(1280, 860, dark);
      scene.openSignedOut();
      assertThat(browser.barriers()).isEmpty();
      browser.screenshot("sign-in" + (dark ? "-dark" : ""));
      scene.signIn(server.agentKey(scene.agent(), "agent:manage"));
      browser.awaitText("Second talk");
      scene.open(session);
      assertThat(browser.barriers()).isEmpty();
      browser.screenshot(dark ? "desktop-dark" : "desktop-light");
    }
    browser.emulate(360, 740, false);
    assertThat(browser.barriers()).isEmpty();
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
    browser.screenshot("phone-transcript");
    browser.find(".back").click();
    browser.find("nav li a");
    browser.await(
        () -> browser.focused().getDomProperty("id").equals("list") ? true : null, "list");
    assertThat(browser.text()).doesNotContain("Choose a session");
    assertThat(browser.barriers()).isEmpty();
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
    browser.screenshot("phone-list");
  }

  private static void press(String button) {
    browser.button(button).sendKeys(Keys.ENTER);
    browser.find("dialog");
  }

  private static boolean isInSight(WebElement element) {
    return (boolean)
        browser.run(
            """
            const box = arguments[0].getBoundingClientRect();
            const scroll = document.getElementById("transcript").getBoundingClientRect();
            return box.bottom > scroll.top && box.bottom <= scroll.bottom + 40;
            """,
            element);
  }
}
