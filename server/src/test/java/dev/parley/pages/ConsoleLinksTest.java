package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/**
 * The URL of the console contains the state of the page, so links and the back button restore it.
 */
class ConsoleLinksTest {
  @TempDir private static Path folder;
  private static ServerFixture server;
  private static Browser browser;
  private ConsoleScene scene;

  @BeforeAll
  static void start() {
    server =
        ServerFixture.in(folder.resolve("store"))
            .flag(Setting.DATA, folder.resolve("data").toString())
            .flag(Setting.SEARCH, "on")
            .flag(Setting.WEBHOOKS, "off")
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
    for (String user : new String[] {"ana", "joe", "ana"}) {
      String made =
          scene.send(
              "POST",
              "/v1/agents/" + scene.agent() + "/sessions",
              "{\"user\":\"%s\",\"label\":\"Talk of %s\"}".formatted(user, user));
      scene.append(
          JsonBodies.text(made, "/sessionId"),
          says("USER", "hello by " + user),
          says("ASSISTANT", "hello to " + user));
    }
    scene.openSignedIn(server.rootKey());
    go("#/" + scene.agent() + "/sessions");
    awaitListed(3);
    browser.awaitText("3 sessions");
  }

  @AfterEach
  void nothingBrokeThePolicy() {
    assertThat(browser.noted()).isEmpty();
  }

  @Test
  void filter_inTheLink_survivesReloadAndBack() {
    browser.find(".filter summary").click();
    browser.find("#filter-user").sendKeys("ana");
    browser.find("#filter-since").sendKeys("01012020", "\t", "1200AM");
    assertThat(browser.barriers()).isEmpty();
    browser.button("Apply").click();
    awaitListed(2);
    browser.awaitText("2 sessions");
    assertThat(hash()).contains("user=ana", "since=20");

    browser.all("#list li a").get(0).click();
    browser.find("article");
    assertThat(hash()).contains("user=ana");
    browser.reload();
    browser.find("article");
    awaitListed(2);
    assertThat(browser.find(".filter summary").getText()).contains("User: ana");

    browser.run("history.back()");
    browser.awaitNoText("hello by ana");
    awaitListed(2);
    browser.run("history.back()");
    awaitListed(3);
    assertThat(hash()).doesNotContain("user");
  }

  @Test
  void label_filteredByLinkAndForm() {
    scene.send(
        "POST",
        "/v1/agents/" + scene.agent() + "/sessions",
        "{\"key\":\"api:labelled\",\"labels\":{\"ticket.no-1\":\"a \\\"b\\\"=c\"}}");
    browser.find(".filter summary").click();
    browser.find("#filter-label").sendKeys("ticket.no-1=a \"b\"=c");
    assertThat(browser.barriers()).isEmpty();
    browser.button("Apply").click();
    browser.awaitText("1 session");
    awaitListed(1);
    assertThat(browser.find("#list li").getText()).contains("api:labelled", "ticket.no-1=a");
    browser.reload();
    awaitListed(1);
    browser.find("#list li a").click();
    browser.find(".facts .chip").click();
    awaitListed(1);
    assertThat(hash()).contains("label=ticket.no-1").doesNotContain("in=");
  }

  @Test
  void allAgents_listedForTheirOwner_sessionOfEachOpens() {
    UUID other = server.agent("links-owner");
    UUID another = server.agent("links-owner");
    for (UUID agent : List.of(other, another)) {
      String made = scene.send("POST", "/v1/agents/" + agent + "/sessions", "{\"key\":\"api:of\"}");
      String appended =
          "{\"sessionId\":\"%s\",\"messages\":[%s]}"
              .formatted(JsonBodies.text(made, "/sessionId"), says("USER", "here is " + agent));
      scene.send("POST", "/v1/agents/" + agent + "/messages:append", appended);
    }
    scene.openSignedIn(server.masterKey("links-owner"));
    go("#/-/sessions");
    awaitListed(2);
    assertThat(browser.find("#list").getText()).contains(other.toString(), another.toString());
    assertThat(browser.barriers()).isEmpty();
    browser.all("#list li a").get(1).click();
    browser.awaitText("here is ");
    assertThat(hash()).startsWith("#/-/sessions/").contains("?in=");
    browser.reload();
    browser.awaitText("here is ");
    awaitListed(2);
    browser.button("Archive").click();
    browser.find("dialog button.primary").click();
    browser.button("Restore");
    awaitListed(1);

    scene.openSignedIn(server.agentKey(scene.agent(), "chat"));
    assertThat(browser.find("#agent").getText()).doesNotContain("All agents");
  }

  @Test
  void filter_ofAgentAfterAllAgents_showsEachField() {
    go("#/-/sessions");
    browser.find(".filter summary").click();
    browser.find("#filter-owner");
    go("#/" + scene.agent() + "/sessions?user=ana");
    awaitListed(2);
    browser.run("document.querySelector('.filter').open = true");
    for (String name : new String[] {"user", "client", "label", "key", "since", "until"}) {
      browser.find("#filter-" + name);
    }
  }

  @Test
  void filter_labelWithUser_toldBeforeTheCall() {
    browser.find(".filter summary").click();
    browser.find("#filter-user").sendKeys("ana");
    browser.find("#filter-label").sendKeys("topic=weather");
    String before = hash();
    browser.button("Apply").click();
    assertThat(browser.find("#filter-label").getDomProperty("validationMessage"))
        .isEqualTo("A label cannot be combined with a user or client.");
    assertThat(hash()).isEqualTo(before);

    browser.find("#filter-user").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.DELETE);
    browser.button("Apply").click();
    browser.awaitText("Nothing found.");
    assertThat(hash()).endsWith("/sessions?label=topic%3Dweather");
  }

  @Test
  void filter_cleared_listsAll() {
    go("#/" + scene.agent() + "/sessions?user=joe");
    awaitListed(1);
    browser.find(".filter summary").click();
    browser.button("Clear").click();
    awaitListed(3);
    assertThat(hash()).doesNotContain("?");
  }

  @Test
  void filter_thatTheApiRejects_toldAsTheApiWordsIt() {
    go("#/" + scene.agent() + "/sessions?user=ana&until=tomorrow");

    assertThat(browser.find("#list [role=alert]").getText()).contains("filter");
  }

  @Test
  void filter_valueWithQuotes_isAValue() {
    go("#/" + scene.agent() + "/sessions?user=" + "%22%20OR%20user%3D%22ana%5C");

    browser.awaitText("Nothing found.");
  }

  @Test
  void search_inTheLink_survivesReloadAndBack() {
    browser.find("#search").sendKeys("of joe");
    awaitListed(1);
    assertThat(hash()).endsWith("/sessions?q=of+joe");
    browser.reload();
    awaitListed(1);
    assertThat(browser.find("#search").getDomProperty("value")).isEqualTo("of joe");
    browser.run("history.back()");
    awaitListed(3);
    assertThat(browser.find("#search").getDomProperty("value")).isEmpty();
  }

  @Test
  void messages_filteredByRole() {
    String query = "/messages?q=hello";
    browser.await(
        () -> {
          go("#/" + scene.agent() + "/messages?q=nothing");
          browser.awaitText("Nothing found.");
          go("#/" + scene.agent() + query);
          browser.await(
              () ->
                  browser.all("#list[aria-busy=false]").isEmpty()
                          || browser.all("#list li").isEmpty()
                              && !browser.text().contains("Nothing found.")
                      ? null
                      : true,
              "an answer");
          return browser.all("#list li").size() == 6 ? true : null;
        },
        "all messages");
    go("#/" + scene.agent() + query + "&role=ASSISTANT");
    awaitListed(3);
    assertThat(browser.find("#list li").getText()).contains("hello to ");
  }

  @Test
  void archive_hasALink() {
    browser.all("#list li a").get(0).click();
    browser.find("article");
    browser.button("Archive").click();
    browser.find("dialog button.primary").click();
    browser.button("Restore");
    go("#/" + scene.agent() + "/archives");
    awaitListed(1);
    browser.all("#list li a").get(0).click();
    browser.find("article");
    browser.reload();
    browser.button("Restore");
    assertThat(hash()).contains("/archives/");
  }

  @Test
  void archives_listedWithSessions_byTimeOfCreation() {
    browser.all("#list li a").get(2).click();
    browser.find("article");
    browser.button("Archive").click();
    browser.find("dialog button.primary").click();
    browser.button("Restore");
    awaitListed(2);
    browser.find(".filter summary").click();
    new Select(browser.find("#filter-archived")).selectByVisibleText("Listed too");
    browser.find("#filter-since").sendKeys("01012020", "\t", "1200AM");
    assertThat(browser.barriers()).isEmpty();
    browser.button("Apply").click();

    awaitListed(3);
    assertThat(hash()).contains("archived=true");
    assertThat(browser.all("#list li").get(2).getText()).contains("Talk of ana", "archived");
    assertThat(browser.all("#list li").get(0).getText()).doesNotContain("archived");
    assertThat(browser.find(".filter summary").getText()).contains("Archives: Listed too");
    browser.reload();
    awaitListed(3);
    browser.button("Restore").click();
    browser.find("dialog button.primary").click();
    browser.button("Archive");
    awaitListed(3);
    assertThat(browser.find("#list").getText()).doesNotContain("archived");
  }

  @Test
  void webhooksOff_pageNotOffered() {
    assertThat(browser.find(".pages").getText()).contains("Keys").doesNotContain("Webhooks");
  }

  @Test
  void channel_searchedByFieldAndLink() {
    scene.send(
        "POST",
        "/v1/agents/" + scene.agent() + "/sessions",
        "{\"label\":\"In a channel\",\"lastChannel\":\"telegram\"}");
    browser.find("#search").sendKeys("TELEGRAM");
    awaitListed(1);
    assertThat(browser.find("#list li").getText()).contains("In a channel", "telegram");

    browser.find("#list li a").click();
    browser.find(".facts");
    browser.find("#search").sendKeys(Keys.chord(Keys.CONTROL, "a"), Keys.BACK_SPACE);
    awaitListed(4);
    browser.find(".facts a[title]").click();
    awaitListed(1);
    assertThat(hash()).endsWith("/sessions?q=telegram");
  }

  @Test
  void phone_menuLeadsToEveryPage() {
    browser.emulate(390, 844, false);
    browser.await(() -> pagesInSight() == 0 ? true : null, "the narrow page");
    WebElement menu = browser.find("#menu");
    assertThat(menu.getAccessibleName()).isEqualTo("Pages: Conversations");
    assertThat(menu.getDomAttribute("aria-expanded")).isEqualTo("false");

    menu.sendKeys(Keys.ENTER);
    browser.await(() -> pagesInSight() == 7 ? true : null, "all links");
    assertThat(menu.getDomAttribute("aria-expanded")).isEqualTo("true");
    assertThat(browser.barriers()).isEmpty();
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(390L);
    browser.screenshot("phone-menu");
    menu.sendKeys(Keys.TAB);
    browser.focused().sendKeys(Keys.ESCAPE);
    browser.await(() -> pagesInSight() == 0 ? true : null, "Escape");
    assertThat(browser.focused()).isEqualTo(menu);

    menu.click();
    browser.find(".pages a[href='#/settings']").click();
    browser.find("main.page h1");
    assertThat(pagesInSight()).isZero();
    assertThat(menu.getAccessibleName()).isEqualTo("Pages: Settings");
    menu.click();
    browser.await(() -> pagesInSight() == 7 ? true : null, "all links again");
    browser.run("arguments[0].blur()", menu);
    browser.await(() -> pagesInSight() == 0 ? true : null, "the focus elsewhere");
  }

  /** The number of links to pages that are visible and within the width of the window. */
  private static long pagesInSight() {
    return (long)
        browser.run(
            """
            return [...document.querySelectorAll(".pages a")].filter((link) => {
              const { left, right } = link.getBoundingClientRect();
              return link.checkVisibility() && left >= 0 && right <= innerWidth;
            }).length;
            """);
  }

  @Test
  void agent_withName_shownByIt() {
    scene.send("PATCH", "/v1/agents/" + scene.agent(), "{\"displayName\":\"Weather assistant\"}");
    browser.reload();
    awaitListed(3);

    assertThat(browser.find("#agent").getText()).contains("Weather assistant · acme");
  }

  private static void go(String hash) {
    browser.run("location.hash = arguments[0]", hash);
  }

  private static String hash() {
    return (String) browser.run("return location.hash");
  }

  private static void awaitListed(int sessions) {
    browser.await(
        () -> browser.all("#list li").size() == sessions ? true : null, sessions + " listed");
  }
}
