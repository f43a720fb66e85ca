package dev.parley.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.Programs;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page that shows the API documents, in a real browser. */
class OpenApiPageTest {
  /** Violations by Swagger UI itself, which this page cannot fix. */
  private static final String[] OF_THE_LIBRARY = {"nested-interactive"};

  @TempDir private static Path folder;
  private static ServerFixture server;
  private static Browser browser;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder.resolve("store"));
    browser = Browser.start(folder.resolve("browser"));
  }

  @AfterAll
  static void stop() {
    browser.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"parley", "guayaba", "grip", "powabase", "foundry", "openai"})
  void page_everyApi_shown(String api) {
    browser.open(url("?api=" + api));

    browser.find(".opblock");
    assertThat(browser.find("nav a[aria-current]").getText()).isEqualTo(api);
    assertThat(browser.all(".errors-wrapper")).isEmpty();
    assertThat(browser.noted()).isEmpty();
    assertThat(browser.requests())
        .allMatch(url -> url.startsWith(url("").replace("/openapi/", "/")) || isLocal(url));
    assertThat(browser.barriers(OF_THE_LIBRARY)).isEmpty();
    browser.screenshot("openapi-" + api);
    browser.emulate(1280, 860, true);
    assertThat(browser.find("body").getCssValue("background-color")).contains("28, 32, 34");
    assertThat(browser.barriers(OF_THE_LIBRARY)).isEmpty();
    browser.screenshot("openapi-" + api + "-dark");
    browser.emulate(1280, 860, false);
  }

  @Test
  void page_keyGiven_callsTheApi() {
    server.agent("owner-to-be-seen");
    browser.open(url("?api=parley"));
    browser.find(".auth-wrapper button.authorize").click();
    browser.find(".modal-ux input").sendKeys(server.rootKey());
    browser.find(".modal-ux button.authorize").click();
    browser.find(".modal-ux button.btn-done").click();
    browser.find("#operations-Agents-listAgents button.opblock-summary-control").click();
    browser.find("#operations-Agents-listAgents .try-out__btn").click();
    browser.find("#operations-Agents-listAgents button.execute").click();

    browser.await(
        () ->
            browser.all("#operations-Agents-listAgents .live-responses-table").isEmpty()
                ? null
                : true,
        "an answer");
    assertThat(browser.find("#operations-Agents-listAgents .live-responses-table").getText())
        .contains("200", "owner-to-be-seen");
    for (String[] each :
        new String[][] {
          {"curl", "-H \"Authorization: Bearer $PARLEY_KEY\""},
          {"Java", ".header(\"Authorization\", \"Bearer \" + System.getenv(\"PARLEY_KEY\"))"},
          {"Python", "\"Authorization\": \"Bearer \" + os.environ[\"PARLEY_KEY\"]"},
          {"TypeScript", "\"Authorization\": \"Bearer \" + process.env.PARLEY_KEY"}
        }) {
      browser.all(".request-snippets .btn").stream()
          .filter(tab -> tab.getText().equals(each[0]))
          .findFirst()
          .orElseThrow()
          .click();
      browser.await(
          () -> browser.find(".request-snippets").getText().contains(each[1]) ? true : null,
          each[0]);
    }
    assertThat(browser.find(".request-snippets").getText())
        .contains("fetch(\"" + url("").replace("/openapi/", "/v1/agents"))
        .doesNotContain(server.rootKey());
    assertThat(browser.noted()).isEmpty();
    browser.screenshot("openapi-call");
  }

  @Test
  void curl_bodyWithQuotes_sendsTheSameAgain() {
    browser.open(url("?api=parley"));
    browser.find(".auth-wrapper button.authorize").click();
    browser.find(".modal-ux input").sendKeys(server.rootKey());
    browser.find(".modal-ux button.authorize").click();
    browser.find(".modal-ux button.btn-done").click();
    String operation = "#operations-Agents-createAgent ";
    browser.find(operation + "button.opblock-summary-control").click();
    browser.find(operation + ".try-out__btn").click();
    String name = "it's `id` $HOME \\ !";
    String body = "{\"owner\": \"acme\",\n\"displayName\": %s}".formatted(JsonBodies.quote(name));
    browser.find(operation + "textarea").clear();
    browser.find(operation + "textarea").sendKeys(Keys.chord(Keys.CONTROL, "a"), body);
    browser.find(operation + "button.execute").click();
    String command = browser.find(operation + ".request-snippets pre").getText();

    String again =
        Programs.run(folder, Map.of("PARLEY_KEY", server.rootKey()), List.of("bash", "-c", command))
            .succeeded(command)
            .out();

    assertThat(JsonBodies.text(again, "/displayName")).isEqualTo(name);
    // The words of the command have one color, also after an apostrophe.
    String colors =
        """
        const spans = [...document.querySelectorAll(".request-snippets pre span")];
        return [...new Set(arguments[0].map((text) =>
          getComputedStyle(spans.find((each) => each.textContent.includes(text))).color))];
        """;
    assertThat((List<?>) browser.run(colors, List.of("accept", "owner", "HOME"))).hasSize(1);
    assertThat((List<?>) browser.run(colors, List.of("accept", "curl"))).hasSize(2);
  }

  @Test
  void page_examplesOfText_canBeRead() {
    browser.open(url("?api=parley"));
    browser.find("#operations-Sessions-getSession button.opblock-summary-control").click();
    browser.await(
        () ->
            browser.find("#operations-Sessions-getSession .example").getText().contains("ttl")
                ? true
                : null,
        "the example");

    assertThat(browser.find("#operations-Sessions-getSession .example").getText())
        .contains("\"user\": \"string\"", "\"ttl\": \"3600s\"");
  }

  @Test
  void docs_nativeApiFirst() {
    browser.open(url("").replace("/openapi/", "/docs/"));
    browser.awaitText("foundry.v2");

    assertThat(browser.text().indexOf("parley.v1"))
        .isPositive()
        .isLessThan(browser.text().indexOf("foundry.v2"));
    assertThat(browser.noted())
        .hasSize(1)
        .allMatch(each -> each.startsWith("policy: style-src-elem https://fonts.googleapis.com/"));
    browser.screenshot("docs");
  }

  private static String url(String query) {
    return "http://127.0.0.1:" + server.port() + "/openapi/" + query;
  }

  private static boolean isLocal(String url) {
    return url.startsWith("data:");
  }
}
