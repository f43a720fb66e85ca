package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.message;
import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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

/** Typical use of the console, in a real browser. */
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
    scene.openSignedIn(server.agentKey(scene.agent(), "agent:manage"));
    browser.awaitText("api:many-119");

    browser.await(
        () -> {
          browser.run("document.getElementById('list').scrollTop = 1e6");
          return browser.text().contains("api:many-1\n") ? true : null;
        },
        "the last session");
    assertThat(browser.all("nav li")).hasSizeBetween(20, 50);
    // Rows that were removed leave nothing behind, which would slow down all that follows.
    assertThat((long) browser.run("return document.querySelector('#list ul').childNodes.length"))
        .isLessThanOrEqualTo(3L * browser.all("nav li").size() + 5);
    WebElement last = browser.all("nav li").get(browser.all("nav li").size() - 1);
    assertThat(last.getDomAttribute("aria-posinset")).isEqualTo("120");
    assertThat(last.getDomAttribute("aria-setsize")).isEqualTo("120");

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
    scene.openSignedIn(server.agentKey(scene.agent(), "agent:manage"));
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
    assertThat(browser.all("nav li").get(0).getText())
        .contains("Hay", "User", "a <b>needle</b> in hay");

    browser.all("nav li a").get(0).click();
    browser.await(() -> browser.all(".message.found").isEmpty() ? null : true, "the message");
    WebElement found = browser.all(".message.found").get(0);
    assertThat(found.getText()).contains("needle");
    assertThat(isInSight(found)).isTrue();
    assertThat((String) browser.run("return location.hash")).endsWith("/100?q=needle");
    int shown = browser.all("ol > li").size();
    browser.run("document.getElementById('transcript').scrollTop = 1e6");
    browser.await(() -> browser.all("ol > li").size() > shown ? true : null, "newer messages");
    assertThat(browser.barriers()).isEmpty();
  }

  @Test
  void transcript_longSession_olderLoadedOnScrollUp() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 130; i++) {
      messages.add(says(i % 2 == 1 ? "USER" : "ASSISTANT", "message number " + i + " ends"));
    }
    String session = scene.session("api:long", null, messages.toArray(String[]::new));
    scene.openSignedIn(server.rootKey());
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
  void transcript_tenThousandMessages_fewInTheDocument() {
    String session = scene.session("api:very-long", null);
    for (int from = 1; from <= 10_000; from += 1000) {
      String[] messages = new String[1000];
      for (int i = 0; i < 1000; i++) {
        messages[i] = says(i % 2 == 0 ? "USER" : "ASSISTANT", "message number " + (from + i) + "!");
      }
      scene.append(session, messages);
    }
    scene.openSignedIn(server.rootKey());
    scene.open(session);
    WebElement transcript = browser.find("#transcript");

    // When the user scrolls up, older messages are added, the newest are removed, and the
    // visible ones do not move.
    browser.await(
        () -> {
          browser.run("document.getElementById('transcript').scrollTop = 0");
          return browser.text().contains("message number 9600!") ? true : null;
        },
        "older messages");
    assertThat(browser.all("ol > li").size()).isLessThanOrEqualTo(200);
    assertThat(browser.text()).doesNotContain("message number 10000!");
    scene.append(session, says("ASSISTANT", "the newest of all"));
    browser.button("1 new message");
    assertThat(browser.text()).doesNotContain("the newest of all");

    transcript.sendKeys("g");
    browser.awaitText("message number 1!");
    browser.await(
        () -> "User, message 1".equals(browser.focused().getDomAttribute("aria-label")) ? 1 : null,
        "the first message");
    browser.await(
        () -> {
          browser.run("document.getElementById('transcript').scrollTop = 1e6");
          return browser.text().contains("message number 300!") ? true : null;
        },
        "newer messages");
    assertThat(browser.all("ol > li").size()).isLessThanOrEqualTo(200);

    browser.button("1 new message").click();
    browser.awaitText("the newest of all");
    browser.await(() -> browser.all(".unread").isEmpty() ? true : null, "no marker");
    List<WebElement> shown = browser.all("ol > li");
    assertThat(shown.size()).isLessThanOrEqualTo(200);
    assertThat(isInSight(shown.get(shown.size() - 1))).isTrue();

    browser.run(
        "location.hash = arguments[0]", "#/" + scene.agent() + "/sessions/" + session + "/5000");
    browser.awaitText("message number 5000!");
    assertThat(isInSight(browser.find(".message.found"))).isTrue();
  }

  @Test
  void transcript_olderMessagesLoaded_readerStaysWhereTheyAre() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 400; i++) {
      messages.add(says("USER", "line\n".repeat(i % 7) + "number " + i + "!"));
    }
    String session = scene.session("api:place", null, messages.toArray(String[]::new));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.run(
        """
        window.mostAtOnce = 0;
        new MutationObserver((changes) => {
          const added = changes.flatMap((change) => [...change.addedNodes])
            .filter((node) => node.matches?.("li.message"));
          window.mostAtOnce = Math.max(window.mostAtOnce, added.length);
        }).observe(document.querySelector("#transcript > ol"), { childList: true });
        """);
    for (int oldest = 301; oldest > 100; oldest -= 50) {
      String place =
          (String)
              browser.run(
                  """
                  const scroll = document.getElementById("transcript");
                  scroll.scrollTop = 700;
                  const top = (message) => message.getBoundingClientRect().top;
                  const seen = [...scroll.querySelectorAll("li.message")]
                    .find((message) => top(message) > 200);
                  return `${seen.dataset.sequence} ${top(seen)}`;
                  """);
      browser.awaitText("number " + oldest + "!");
      String[] seen = place.split(" ");
      double top =
          ((Number)
                  browser.run(
                      "return document.querySelector(`li[data-sequence='${arguments[0]}']`)"
                          + ".getBoundingClientRect().top",
                      seen[0]))
              .doubleValue();
      assertThat(top).isCloseTo(Double.parseDouble(seen[1]), within(2.0));
    }
    // A page of 50 is added over several frames.
    assertThat((long) browser.run("return window.mostAtOnce")).isBetween(1L, 15L);
    assertThat(browser.all("ol > li").size()).isLessThanOrEqualTo(200);
  }

  @Test
  void transcript_newMessages_comeBySelfAndKeepThePlace() {
    List<String> messages = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      messages.add(says("USER", "line\n".repeat(4) + i));
    }
    String session = scene.session("api:live", null, messages.toArray(String[]::new));
    scene.openSignedIn(server.rootKey());
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

  /** The last announcement for screen readers. */
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
    scene.openSignedIn(server.rootKey());
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
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.awaitText("Called get_weather");
    browser.awaitText("Tool answered");
    assertThat(browser.all("img")).hasSize(1);
    assertThat(browser.all("img").get(0).getDomProperty("naturalWidth")).isNotEqualTo("0");
    assertThat(browser.text()).contains("Load image from example.com");
    browser.find("details.run > summary").click();
    browser.awaitText("Retrieved 2 items");
    browser.awaitText("madrid.txt, score 0.93\nMadrid lies on the Manzanares.");
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
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.awaitText("Called get_weather");
    browser.awaitText("9 degrees");
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    assertThat(browser.text()).contains("Ask the tool.", "Tool answered", "Not that.");
    assertThat(browser.all("details.json")).isEmpty();
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
