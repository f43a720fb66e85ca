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
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** How the console shows the contents of messages. */
class TranscriptContentTest {
  private static final String ANSWER =
      """
      The pool is **exhausted**, see [the guide](https://example.com/guide) or <b>HTML</b>.

      # Fix

      ```python
      def handle(request):
          return 42
      ```

      ```diff
      --- a/app.py
      +++ b/app.py
      @@ -1,2 +1,2 @@
      -old line
      +new line
      ```

      | name | value |
      |:-----|------:|
      | size |    10 |

      - [x] done
      - [ ] to do
      """;

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
    browser.emulate(1280, 860, false);
    scene = new ConsoleScene(server, browser);
  }

  @AfterEach
  void nothingBrokeThePolicy() {
    assertThat(browser.noted()).isEmpty();
    assertThat(browser.requests())
        .allMatch(
            url ->
                url.startsWith(scene.url())
                    || url.startsWith("data:")
                    || url.startsWith("https://127.0.0.1:1/asked-for"));
  }

  @Test
  void markdown_everyElement_shown() {
    open(says("ASSISTANT", ANSWER));

    assertThat(browser.find(".md strong").getText()).isEqualTo("exhausted");
    assertThat(browser.find(".md h3").getText()).isEqualTo("Fix");
    assertThat(browser.text()).contains("<b>HTML</b>", "☑ done", "☐ to do");
    WebElement link = browser.find(".md a");
    assertThat(link.getDomAttribute("href")).isEqualTo("https://example.com/guide");
    assertThat(link.getDomAttribute("rel")).isEqualTo("noopener noreferrer");
    assertThat(link.getDomAttribute("target")).isEqualTo("_blank");
    assertThat(browser.find(".hljs-keyword").getText()).isEqualTo("def");
    assertThat(browser.find(".hljs-addition").getText()).isEqualTo("+new line");
    assertThat(browser.find(".hljs-deletion").getText()).isEqualTo("-old line");
    assertThat(browser.all("td").get(1).getCssValue("text-align")).isEqualTo("right");
    for (boolean dark : new boolean[] {false, true}) {
      browser.emulate(1280, 1400, dark);
      assertThat(browser.barriers()).isEmpty();
      browser.screenshot("markdown" + (dark ? "-dark" : ""));
    }
    browser.emulate(360, 740, false);
    assertThat(browser.run("return document.documentElement.scrollWidth")).isEqualTo(360L);
    browser.screenshot("phone-markdown");
  }

  @Test
  void code_copied() {
    open(says("ASSISTANT", "```\nfirst\n  second\n```"));
    browser.run(
        """
        window.copied = null;
        Object.defineProperty(navigator, "clipboard", {
          value: { writeText: async (text) => { window.copied = text; } },
        });
        """);

    browser.find(".code-bar button").click();

    browser.button("Copied");
    assertThat(browser.run("return window.copied")).isEqualTo("first\n  second");
  }

  @Test
  void textOfUser_keepsItsLines_andIsRawWhereItIsIndented() {
    open(
        says("USER", "one\ntwo *three*"),
        says("USER", "trace:\n    at Foo.bar(*args)\n    at *main*"),
        says("USER", "fenced:\n```\n    code\n```\n*emphasis*"),
        says("USER", "- list\n    - *nested*"));

    assertThat(browser.all(".message.user em"))
        .extracting(WebElement::getText)
        .containsExactly("three", "emphasis", "nested");
    assertThat(browser.all(".message.user .text").get(0).getText()).isEqualTo("one\ntwo three");
    assertThat(browser.all(".message.user .text").get(1).getDomProperty("textContent"))
        .isEqualTo("trace:\n    at Foo.bar(*args)\n    at *main*");
  }

  @Test
  void message_rawAndJson_onRequest() {
    open(says("ASSISTANT", "some **bold** text"));

    browser.button("Raw").click();
    browser.awaitText("some **bold** text");
    assertThat(browser.button("Raw").getDomAttribute("aria-pressed")).isEqualTo("true");
    browser.button("Raw").click();
    browser.awaitText("some bold text");
    browser.button("JSON").click();
    browser.awaitText("\"role\": \"ASSISTANT\"");
    assertThat(browser.text())
        .contains("\"content\": \"some **bold** text\"", "\"sequence\": \"1\"");
    assertThat(browser.barriers()).isEmpty();
  }

  @Test
  void toolCall_argumentsAreATree_andResultsAreMonospace() {
    open(
        message(
            "ASSISTANT",
            """
            [{"type":"tool_use","name":"search","input":{"query":"**not bold**",
              "paths":["app","lib"],"deep":{"limit":20,"empty":{},"none":null}}},
             {"type":"function_call","name":"again","arguments":"{\\"city\\":\\"Rome\\"}"}]"""),
        says("TOOL", "**9** degrees"),
        message("TOOL", "[{\"type\":\"tool_result\",\"content\":\"{\\\"passed\\\":41}\"}]"));

    assertThat(browser.all(".call").get(0).getText())
        .contains("Called search", "query: **not bold**", "paths:", "2 items", "limit: 20")
        .contains("empty: {}", "none: null");
    assertThat(browser.all(".call").get(1).getText()).contains("city: Rome");
    assertThat(browser.find(".message.tool pre").getText()).isEqualTo("**9** degrees");
    assertThat(browser.all(".call").get(2).getText()).contains("passed: 41");
    browser.all(".call summary").get(0).click();
    browser.awaitNoText("limit: 20");
  }

  /** OpenClaw, pi and the AI SDK write tool calls and images in forms of their own. */
  @Test
  void blocksOfOtherRuntimes_shownAsToolCallsAndImages() {
    String gif = "R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    open(
        message(
            "ASSISTANT",
            """
            [{"type":"toolCall","id":"c1","name":"read","arguments":{"path":"a.txt"}},
             {"type":"tool-call","toolCallId":"c2","toolName":"write","input":{"path":"b.txt"}},
             {"type":"image","data":"%s","mimeType":"image/gif"},
             {"type":"image","data":"PHN2Zz4=","mimeType":"image/svg+xml"}]"""
                .formatted(gif)),
        message(
            "TOOL",
            """
            [{"type":"toolResult","isError":true,"content":[{"type":"text","text":"no file"}]},
             {"type":"tool-result","toolCallId":"c2","output":"written"},
             {"type":"tool-result","output":{"type":"text","value":"typed"}},
             {"type":"tool-result","output":{"type":"error-text","value":"no disk"}}]"""));

    assertThat(browser.all(".call").stream().map(WebElement::getText))
        .containsExactly(
            "Called read\npath: a.txt",
            "Called write\npath: b.txt",
            "Tool failed\nCopy\nno file",
            "Tool answered\nCopy\nwritten",
            "Tool answered\nCopy\ntyped",
            "Tool failed\nCopy\nno disk");
    assertThat(browser.all("article img")).hasSize(1);
    assertThat(browser.find("article img").getDomAttribute("src")).endsWith(gif);
    assertThat(browser.find("details.json summary").getText()).isEqualTo("Block: image");
  }

  @Test
  void longPart_foldedUntilAskedFor() {
    open(says("ASSISTANT", "paragraph\n\n".repeat(200) + "the end"));

    WebElement folded = browser.find(".tall.folded");
    assertThat(folded.getSize().height).isLessThan(600);
    browser.button("Show more").click();
    browser.button("Show less");
    assertThat(browser.find(".tall").getSize().height).isGreaterThan(2000);
  }

  @Test
  void imageElsewhere_loadedAfterAClick() {
    String url = "https://127.0.0.1:1/asked-for.png";
    open(
        says("ASSISTANT", "![a chart](" + url + ")"),
        message("ASSISTANT", "[{\"type\":\"image_url\",\"image_url\":\"" + url + "\"}]"));

    assertThat(browser.text()).contains("a chart");
    assertThat(browser.all("#app img")).isEmpty();
    for (WebElement button : browser.all(".load-image")) {
      assertThat(button.getText()).isEqualTo("Load image from 127.0.0.1:1");
      button.click();
    }
    browser.await(
        () -> browser.all(".load-image:disabled").size() == 2 ? true : null,
        "both images have failed, because no server is there");
    browser.awaitText("The image from 127.0.0.1:1 cannot be loaded");
  }

  @Test
  void run_measuresShown() {
    String session = scene.session("api:run", null);
    String run = scene.sessionPath(session) + "/runs";
    scene.send("POST", run, "{\"runId\":\"r1\",\"model\":\"large-2\"}");
    scene.send(
        "PATCH",
        run + "/r1",
        """
        {"state":"COMPLETED","usage":{"input_tokens":4211,"output_tokens":1,"cost_usd":0.02}}""");
    scene.append(session, "{\"role\":\"ASSISTANT\",\"runId\":\"r1\",\"content\":\"done\"}");
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    assertThat(browser.find(".run summary").getText())
        .contains("completed", "large-2", "4,211 tokens in, 1 token out", "cost 0.02")
        .containsPattern("\\d m?s$");
  }

  @Test
  void runs_listedByState_leadToTheirFirstMessage() {
    String session = scene.session("api:runs", null);
    for (String run : new String[] {"first", "second"}) {
      scene.send("POST", scene.sessionPath(session) + "/runs", "{\"runId\":\"" + run + "\"}");
      String[] messages = new String[60];
      for (int i = 0; i < messages.length; i++) {
        messages[i] =
            "{\"role\":\"ASSISTANT\",\"runId\":\"%1$s\",\"content\":\"%1$s %2$d\"}"
                .formatted(run, i + 1);
      }
      scene.append(session, messages);
    }
    scene.send("PATCH", scene.sessionPath(session) + "/runs/first", "{\"state\":\"COMPLETED\"}");
    scene.send("PATCH", scene.sessionPath(session) + "/runs/second", "{\"state\":\"FAILED\"}");
    scene.send("POST", scene.sessionPath(session) + "/runs", "{\"runId\":\"third\"}");
    scene.openSignedIn(server.rootKey());
    scene.open(session);

    assertThat(browser.find(".others").getText()).contains("third").doesNotContain("first");
    browser.button("Runs").click();
    browser.await(() -> browser.all(".run-panel tbody tr").size() == 3 ? true : null, "all");
    assertThat(browser.barriers()).isEmpty();
    new Select(browser.find("#run-state")).selectByVisibleText("failed");
    browser.await(() -> browser.all(".run-panel tbody tr").size() == 1 ? true : null, "failed");
    browser.button("second").click();
    browser.await(() -> browser.all(".message.found").isEmpty() ? null : true, "the message");
    assertThat(browser.find(".message.found .text").getText()).isEqualTo("second 1");
    browser.await(() -> browser.all(".run-panel tbody tr").size() == 1 ? true : null, "failed");
    browser.screenshot("runs");
    browser.reload();
    browser.await(() -> browser.all(".run-panel tbody tr").size() == 1 ? true : null, "failed");
    browser.button("Runs").click();
    browser.await(() -> browser.all(".run-panel").isEmpty() ? true : null, "closed");
  }

  @Test
  void find_matchesCountedAndVisited_alsoInOlderMessages() {
    List<String> messages = new ArrayList<>();
    messages.add(says("USER", "the oldest needle"));
    for (int i = 0; i < 120; i++) {
      messages.add(says("ASSISTANT", i == 100 ? "a **nee**dle and a Needle" : "hay " + i));
    }
    open(messages.toArray(String[]::new));

    browser.find("#transcript").sendKeys("f");
    WebElement field = browser.find("#find");
    browser.await(() -> browser.focused().equals(field) ? true : null, "the field");
    field.sendKeys("needle");
    browser.awaitText("1 of 2");
    field.sendKeys(Keys.ENTER);
    browser.awaitText("2 of 2");
    assertThat(browser.barriers()).isEmpty();
    browser.button("Search older messages").click();
    browser.awaitText("1 of 3");
    field.sendKeys("s");
    browser.awaitText("Nothing found");
    field.sendKeys(Keys.ESCAPE);
    browser.await(() -> browser.all("#find").isEmpty() ? true : null, "closed");
    assertThat(browser.focused().getDomProperty("id")).isEqualTo("transcript");
  }

  @Test
  void find_browserCannotHighlight_elementOutlined() {
    open(says("USER", "hay"), says("ASSISTANT", "a needle"), says("USER", "another needle"));
    browser.run("delete globalThis.Highlight");

    browser.find("#transcript").sendKeys("f");
    browser.find("#find").sendKeys("needle");
    browser.awaitText("1 of 2");
    assertThat(browser.find(".matched").getText()).isEqualTo("a needle");
    browser.find("#find").sendKeys(Keys.ENTER);
    browser.awaitText("2 of 2");
    assertThat(browser.find(".matched").getText()).isEqualTo("another needle");
    browser.find("#find").sendKeys(Keys.ESCAPE);
    browser.await(() -> browser.all(".matched").isEmpty() ? true : null, "no outline");
  }

  @Test
  void keys_moveSearchAndHelp() {
    scene.session("api:first", "First");
    open(says("USER", "one"), says("ASSISTANT", "two"), says("USER", JsonBodies.quote("three")));

    browser.find("#transcript").sendKeys("g");
    browser.focused().sendKeys("j");
    assertThat(browser.focused().getDomAttribute("aria-label")).isEqualTo("Assistant, message 2");
    browser.focused().sendKeys("k");
    assertThat(browser.focused().getDomAttribute("aria-label")).isEqualTo("User, message 1");
    browser.focused().sendKeys("u");
    assertThat(browser.focused().getText()).contains("api:content");
    browser.focused().sendKeys("j");
    assertThat(browser.focused().getText()).contains("First");
    browser.focused().sendKeys("?");
    assertThat(browser.find("dialog").getText()).contains("Keyboard", "Search the list");
    assertThat(browser.barriers()).isEmpty();
    browser.focused().sendKeys(Keys.ESCAPE);
    browser.await(() -> browser.all("dialog").isEmpty() ? true : null, "closed");
    browser.focused().sendKeys("/");
    assertThat(browser.focused().getDomProperty("id")).isEqualTo("search");
    browser.focused().sendKeys("j");
    assertThat(browser.focused().getDomProperty("value")).isEqualTo("j");
  }

  private void open(String... messages) {
    String session = scene.session("api:content", null, messages);
    scene.openSignedIn(server.rootKey());
    scene.open(session);
    browser.find("article");
  }
}
