package dev.parley.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Browser;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(browser.noted()).isEmpty();
    browser.screenshot("openapi-call");
  }

  private static String url(String query) {
    return "http://127.0.0.1:" + server.port() + "/openapi/" + query;
  }

  private static boolean isLocal(String url) {
    return url.startsWith("data:");
  }
}
