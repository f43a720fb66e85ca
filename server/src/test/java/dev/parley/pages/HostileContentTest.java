package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.message;
import static dev.parley.pages.ConsoleScene.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.Browser;
import dev.parley.testing.JsonBodies;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

/** Content of others runs no code and loads nothing in the console. */
class HostileContentTest {
  private static final List<String> ATTACKS =
      List.of(
          "<script>window.ran++</script>",
          "<img src=x onerror=window.ran++>",
          "<img src=https://example.com/beacon.png>",
          "<svg onload=window.ran++><animate onbegin=window.ran++></svg>",
          "<a href=\"javascript:window.ran++\">click</a>",
          "<iframe srcdoc='<script>parent.ran++</script>'></iframe>",
          "<form action=https://example.com/><button>send</button></form>",
          "<style>*{background:url(https://example.com/s)}</style>",
          "</div></article></li><script>window.ran++</script>",
          "${window.ran++} {{window.ran++}} #{window.ran++}",
          "\" onmouseover=\"window.ran++\" autofocus onfocus=\"window.ran++",
          "<form id=app><input name=attributes><img name=getElementById></form>",
          "<a id=main name=sessionStorage href=//example.com>clobber</a>",
          "javascript:window.ran++",
          "<math><mtext><style><img src onerror=window.ran++></style></mtext></math>");

  /** Text that Markdown gives a meaning. */
  private static final List<String> MARKDOWN_ATTACKS =
      List.of(
          "[click](javascript:window.ran++)",
          "[click](JaVaScRiPt&colon;window.ran++)",
          "[click](&#106;avascript:window.ran++)",
          "[click](java\tscript:window.ran++)",
          "[click](vbscript:window.ran++)",
          "[click](data:text/html;base64,PHNjcmlwdD53aW5kb3cucmFuKys8L3NjcmlwdD4=)",
          "[click](data:image/png;base64,PHNjcmlwdD4=)",
          "[click](blob:https://example.com/1) [click](file:///etc/passwd) [click](//example.com)",
          "[click][later]\n\n[later]: javascript:window.ran++",
          "<javascript:window.ran++>",
          "[click](https://example.com/\"onmouseover=\"window.ran++)",
          "[click](https://example.com/ \"title' onmouseover='window.ran++\")",
          "![x](https://example.com/beacon.png)",
          "![x](http://example.com/beacon.png)",
          "![x](//example.com/beacon.png)",
          "![\" onerror=window.ran++ x=\"](https://example.com/beacon.png)",
          "![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9IndpbmRvdy5yYW4rKyIvPg==)",
          "![x](data:image/svg+xml,%3Csvg onload=window.ran++%3E)",
          "![x](data:text/html,%3Cscript%3Ewindow.ran++%3C/script%3E)",
          "```\"onload=window.ran++\n</code></pre><script>window.ran++</script>\n```",
          "```html\n<script>window.ran++</script><img src=x onerror=window.ran++>\n```",
          "```constructor\nwindow.ran++\n```",
          "# <a id=main name=sessionStorage>heading</a>",
          "a|b\n:-:|-:\n<img src=x onerror=window.ran++>|`<svg onload=window.ran++>`",
          "<svg><use href=\"data:image/svg+xml,<svg id=x onload=window.ran++/>#x\"></use></svg>",
          "<noscript><p title=\"</noscript><img src=x onerror=window.ran++>\">",
          "*<style>*{background:url(https://example.com/s)}</style>*",
          ">".repeat(5000) + " deep",
          "[".repeat(20_000),
          "*a ".repeat(5000),
          "- ".repeat(2000) + "x");

  /** What a URL can contain besides letters. */
  private static final String HOSTILE_URL =
      "https://hooks.example.com/'onmouseover='window.ran++?a=javascript:window.ran++";

  @TempDir private static Path folder;
  private static ServerFixture server;
  private static Browser browser;
  private ConsoleScene scene;

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

  @BeforeEach
  void makeScene() {
    scene = new ConsoleScene(server, browser);
  }

  @AfterEach
  void nothingRanOrLoaded() {
    assertThat(browser.run("return window.ran")).isEqualTo(0L);
    assertThat(browser.noted()).isEmpty();
    assertThat(browser.requests())
        .allMatch(url -> url.startsWith(scene.url()) || url.startsWith("data:"));
    assertThat(browser.all("#app script, #app iframe, #app svg, #app style, #app [onerror]"))
        .isEmpty();
    assertThat(browser.all("article :is([id], [name], [style], [onmouseover], form, input)"))
        .isEmpty();
    assertThat(browser.all("#app a"))
        .allMatch(
            link ->
                link.getDomProperty("href").startsWith(scene.url())
                    || link.getDomProperty("href").matches("(https?://|mailto:).*")
                        && "noopener noreferrer".equals(link.getDomAttribute("rel")));
  }

  @Test
  void labelsKeysAndOwners_shownAsTheyAre() {
    for (String attack : ATTACKS) {
      String label = attack.length() > 200 ? attack.substring(0, 200) : attack;
      scene.session("key " + label, label);
      scene.send(
          "POST", "/v1/agents", "{\"owner\":%s}".formatted(JsonBodies.quote(label + " owner")));
    }
    scene.openSignedIn(server.rootKey());
    browser.run("location.hash = arguments[0]", "#/" + scene.agent() + "/sessions");
    for (String attack : ATTACKS) {
      browser.awaitText(attack);
    }
    assertThat(browser.find("#agent").getText()).contains("<script>window.ran++</script> owner");
  }

  @Test
  void labels_shownAsTheyAre() {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < ATTACKS.size(); i++) {
      labels.append(i == 0 ? "" : ",").append("\"a" + i + "\":");
      labels.append(JsonBodies.quote(ATTACKS.get(i)));
    }
    String made =
        scene.send(
            "POST",
            "/v1/agents/" + scene.agent() + "/sessions",
            "{\"key\":\"api:labels\",\"labels\":{" + labels + "}}");
    scene.openSignedIn(server.rootKey());
    scene.open(JsonBodies.text(made, "/sessionId"));

    for (String place : new String[] {"#list li", ".facts"}) {
      String shown = browser.find(place).getDomProperty("textContent");
      assertThat(ATTACKS).allSatisfy(attack -> assertThat(shown).contains("=" + attack));
    }
    browser.button("Labels").click();
    String edited = browser.find("#labels").getDomProperty("value");
    assertThat(ATTACKS).allSatisfy(attack -> assertThat(edited).contains("=" + attack));
    browser.button("Save").click();
    browser.await(
        () ->
            browser.all("#said").get(0).getDomProperty("textContent").equals("Labels saved.")
                ? 1
                : null,
        "saved");
    assertThat(
            JsonBodies.tree(
                    scene.send("GET", scene.sessionPath(JsonBodies.text(made, "/sessionId")), null))
                .at("/labels"))
        .isEqualTo(JsonBodies.tree(made).at("/labels"));
    browser.find(".facts a.chip").click();
    browser.awaitText("1 session");
    browser.find("#list li");
  }

  @Test
  void messages_shownAsTheyAre() {
    List<String> messages = new ArrayList<>();
    for (String attack : ATTACKS) {
      String text = JsonBodies.quote(attack);
      messages.add(says("USER", attack));
      messages.add(
          message(
              "ASSISTANT",
              """
              [{"type":"text","text":%1$s},
               {"type":"thinking","thinking":%1$s},
               {"type":"tool_use","id":%1$s,"name":%1$s,"input":{%1$s:%1$s}},
               {"type":"tool_call","name":%1$s,"arguments":%1$s},
               {"type":"tool_result","content":%1$s,"is_error":%1$s},
               {"type":"function_call_output","output":%1$s},
               {"type":"custom_tool_call","name":%1$s,"input":%1$s},
               {"type":"reasoning","summary":[{"type":"summary_text","text":%1$s}]},
               {"type":"refusal","refusal":%1$s},{"type":"input_image","image_url":%1$s},
               {"type":%1$s,"html":%1$s},
               {"type":"image","source":{"type":"url","url":%1$s},"alt":%1$s},
               {"type":"image_url","image_url":%1$s}]"""
                  .formatted(text)));
    }
    String session = scene.session("api:attacked", null, messages.toArray(String[]::new));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    String shown = browser.text();
    assertThat(ATTACKS).allSatisfy(attack -> assertThat(shown).contains(attack));
    assertThat(browser.all("#app img")).isEmpty();
    browser.screenshot("hostile");
  }

  @Test
  void markdown_runsAndLoadsNothing() {
    List<String> messages = new ArrayList<>();
    for (String attack : MARKDOWN_ATTACKS) {
      messages.add(says("USER", attack));
      messages.add(
          message(
              "ASSISTANT",
              """
              [{"type":"text","text":%1$s},{"type":"thinking","thinking":%1$s},
               {"type":"tool_use","name":"edit","input":%1$s},
               {"type":"tool_result","content":[{"type":"text","text":%1$s}]}]"""
                  .formatted(JsonBodies.quote(attack))));
    }
    String session = scene.session("api:markdown", null, messages.toArray(String[]::new));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.await(
        () -> {
          browser.run("document.getElementById('transcript').scrollTop = 0");
          return browser.all("li.message").size() == messages.size() ? true : null;
        },
        "all messages");
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    for (WebElement link : browser.all("article .md a")) {
      assertThat(link.getDomProperty("href")).startsWith("https://example.com/");
    }
    assertThat(browser.all("#app img")).isEmpty();
    assertThat(browser.run("return typeof document.getElementById")).isEqualTo("function");
    browser.run(
        "document.querySelectorAll('article *').forEach((each) => each.dispatchEvent("
            + "new MouseEvent('mouseover', { bubbles: true })))");
  }

  @Test
  void operations_shownAsTheyAre() {
    for (String attack : ATTACKS) {
      String text = JsonBodies.quote(attack);
      String agent = "/v1/agents/" + scene.agent();
      scene.send("PATCH", agent, "{\"displayName\":%1$s,\"description\":%1$s}".formatted(text));
      scene.send(
          "POST",
          "/v1/keys",
          "{\"type\":\"AGENT\",\"agentId\":\"%s\",\"client\":%s}".formatted(scene.agent(), text));
      scene.send(
          "POST",
          "/v1/webhooks",
          """
          {"owner":"acme","agentId":"%s","description":%s,"url":%s}"""
              .formatted(scene.agent(), text, JsonBodies.quote(HOSTILE_URL)));
      scene.send("POST", agent + "/sessions", "{\"key\":%s,\"ttl\":\"3600s\"}".formatted(text));
    }
    scene.openSignedIn(server.rootKey());
    browser.run("location.hash = '#/keys'");
    ATTACKS.forEach(browser::awaitText);
    browser.run("location.hash = '#/webhooks'");
    ATTACKS.forEach(browser::awaitText);
    assertThat(browser.text()).contains(HOSTILE_URL);
    browser.button("Edit").click();
    browser.find("#webhook-description");
    browser.button("Cancel").click();
    browser.run("location.hash = '#/webhooks?webhook=' + arguments[0]", ATTACKS.get(0));
    browser.find("main [role=alert]");
    browser.run("location.hash = '#/settings'");
    browser.awaitText("jwt-owner");
    browser.run("location.hash = '#/retention'");
    ATTACKS.forEach(browser::awaitText);
    browser.run("location.hash = '#/audit?agent=' + arguments[0]", ATTACKS.get(0));
    browser.find("main [role=alert]");
    browser.run("location.hash = '#/audit'");
    browser.awaitText(ATTACKS.get(ATTACKS.size() - 1));
  }

  @Test
  void runsAndRetrievedContext_shownAsTheyAre() {
    String attack = JsonBodies.quote(String.join("\n", ATTACKS));
    String name = JsonBodies.quote(ATTACKS.get(0));
    String session = scene.session("api:runs", null);
    String runs = scene.sessionPath(session) + "/runs";
    scene.send(
        "POST",
        runs,
        """
        {"runId":"r1","model":%1$s,"error":%2$s,"usage":{%1$s:1},"details":{"a":%2$s}}"""
            .formatted(name, attack));
    scene.send(
        "PUT",
        runs + "/r1/retrievedContext",
        """
        {"items":[{"text":%2$s,"source_name":%1$s,"id":%1$s},{"source":%2$s}]}"""
            .formatted(name, attack));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.find("details.run > summary").click();
    browser.awaitText("Retrieved 2 items");
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    assertThat(ATTACKS).allSatisfy(each -> assertThat(browser.text()).contains(each));
    browser.run("location.hash = '#/runs?agent=' + arguments[0]", scene.agent().toString());
    assertThat(browser.find("main.page tbody").getText()).contains("r1", ATTACKS.get(0));
  }

  @Test
  void blocks_ofOtherShapesThanTheirType_folded() {
    String session =
        scene.session(
            "api:shapes",
            null,
            message(
                "ASSISTANT",
                """
                [{"type":"text","text":{"_$litType$":1,"strings":["<img src=x onerror=ran++>"]}},
                 {"type":"text","text":7},{"type":"text"},{"type":["text"]},{"type":null},{},
                 {"type":"image","data":"x","mimeType":{"toString":1}},
                 {"type":"__proto__"},{"type":"constructor"},{"type":"toString"},
                 {"type":"tool_use","name":{},"input":null},{"type":"tool_use","name":"x"},
                 {"type":"tool_result","content":{"_$litType$":1,"strings":[]}},
                 {"type":"tool_result"},{"type":"tool_result","content":[7,null,"x",[[]]]},
                 {"type":"reasoning","summary":{}},{"type":"reasoning","summary":[null]},
                 {"type":"refusal"},{"type":"custom_tool_call"},{"type":"input_image"},
                 {"type":"image","source":null},{"type":"image_url","image_url":null},
                 {"type":"image","source":{"type":"base64","media_type":"image/svg+xml",
                  "data":"PHN2Zy8+"}},
                 {"type":"image_url","image_url":{"url":"data:text/html;base64,PHNjcmlwdD4="}},
                 {"__proto__":{"type":"text","text":"from the prototype"}}]"""),
            says("USER", "the last one"));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.awaitText("the last one");
    assertThat(browser.all("details.json")).hasSizeGreaterThan(10);
    assertThat(browser.all("#app img")).isEmpty();
  }

  @Test
  void enormousAndDeepContent_foldedAndUsable() {
    String deep = "{\"a\":".repeat(490) + "1" + "}".repeat(490);
    String nested = "{\"type\":\"tool_result\",\"content\":[".repeat(60) + "]}".repeat(60);
    String session =
        scene.session(
            "k".repeat(255),
            "L".repeat(255),
            says("USER", "x".repeat(1_000_000)),
            message("ASSISTANT", "[" + deep + "," + nested + "]"),
            says("USER", "the last one"));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    browser.awaitText("the last one");
    browser.run("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
    assertThat((long) browser.run("return document.body.innerText.length")).isLessThan(200_000);
    assertThat(browser.run("return document.documentElement.scrollWidth"))
        .isEqualTo(browser.run("return innerWidth"));
    browser.button("Show all 1,000,000 characters").click();
    browser.await(
        () -> (long) browser.run("return document.body.textContent.length") > 1e6 ? true : null,
        "all of it");
  }

  @Test
  void textThatTurnsAround_keptWithinItself() {
    String session =
        scene.session(
            "api:\u202Eelif",
            "\u202Egnp.exe\u2066 zero\u200Bwidth",
            says("USER", "\u202Ereversed"));
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    assertThat(browser.find("h1").getText()).contains("⟨U+202E⟩gnp.exe⟨U+2066⟩", "⟨U+200B⟩");
    WebElement said = browser.find("article .text");
    assertThat(said.getCssValue("unicode-bidi")).isEqualTo("isolate");
    browser.button("Delete").click();
    assertThat(browser.find("dialog").getText()).contains("⟨U+202E⟩gnp.exe", "⟨U+202E⟩elif");
  }
}
