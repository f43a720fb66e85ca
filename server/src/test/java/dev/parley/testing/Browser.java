package dev.parley.testing;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * A real browser without a window, with an empty profile. It records violations of the content
 * security policy and all requested addresses.
 */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String OBSERVER =
      """
      window.ran = 0;
      window.noted = [];
      const note = (text) => window.noted.push(text);
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
        note(`policy: ${violatedDirective} ${blockedURI} ${sample}`));
      addEventListener("error", (event) => note(`error: ${event.message}`));
      addEventListener("unhandledrejection", (event) => note(`rejected: ${event.reason}`));
      for (const name of ["alert", "confirm", "prompt", "open"]) {
        window[name] = () => { note(`called: ${name}`); window.ran++; };
      }
      """;

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts a browser.
   *
   * @param folder an empty folder for its files
   */
  public static Browser start(Path folder) {
    BrowserBinaries binaries = BrowserBinaries.found();
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable("performance", Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(binaries.browser().toFile());
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--window-size=1280,860",
        "--lang=en-GB",
        "--user-data-dir=" + folder.toAbsolutePath());
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(binaries.driver().toFile())
            .usingAnyFreePort()
            .withSilent(true)
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", OBSERVER));
    return new Browser(driver);
  }

  /** Opens a URL. If only the fragment differs, the page is not loaded again. */
  public void open(String url) {
    driver.get(url);
  }

  /** Reloads the page. */
  public void reload() {
    driver.navigate().refresh();
  }

  /** Runs a script in the page. */
  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Waits for a visible element that matches {@code css}, and returns the first. */
  public WebElement find(String css) {
    return await(
        () ->
            driver.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .orElse(null),
        css);
  }

  /** Returns all elements that match {@code css} now. */
  public List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Waits for a visible button with this text, and returns it. */
  public WebElement button(String text) {
    // A single script is faster than one call for each button, and a transcript has hundreds
    // of buttons.
    return await(
        () ->
            (WebElement)
                run(
                    """
                    return [...document.querySelectorAll("button")].find((each) =>
                      each.checkVisibility() && each.innerText.trim() === arguments[0]);
                    """,
                    text),
        "button " + text);
  }

  /** Waits until the page shows this text. */
  public void awaitText(String text) {
    await(() -> text().contains(text) ? true : null, "text " + text);
  }

  /** Waits until the page does not show this text. */
  public void awaitNoText(String text) {
    await(() -> text().contains(text) ? null : true, "no text " + text);
  }

  /** Returns the visible text of the page. */
  public String text() {
    return (String) run("return document.body.innerText");
  }

  /** Waits until {@code condition} returns a value that is not null, and returns it. */
  public <T> T await(Supplier<T> condition, String what) {
    return new WebDriverWait(driver, PATIENCE, Duration.ofMillis(40))
        .ignoring(StaleElementReferenceException.class)
        .withMessage(() -> what + "; the page shows: " + text())
        .until(any -> condition.get());
  }

  /** Returns the element that has the focus. */
  public WebElement focused() {
    return driver.switchTo().activeElement();
  }

  /** Sets the size of the page and the preferred color scheme. */
  public void emulate(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Saves a screenshot as {@code target/screenshots/<name>.png}. */
  public void screenshot(String name) {
    File taken = driver.getScreenshotAs(OutputType.FILE);
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.move(
          taken.toPath(),
          SCREENSHOTS.resolve(name + ".png"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns violations of the policy, errors of the page, and calls that must not happen. */
  @SuppressWarnings("unchecked")
  public List<String> noted() {
    return (List<String>) run("return window.noted");
  }

  /** Saves downloads in this folder, which must exist. */
  public void saveTo(Path folder) {
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toAbsolutePath().toString()));
  }

  /** Returns the addresses that pages have requested since the previous call. */
  public List<String> requests() {
    return driver.manage().logs().get("performance").getAll().stream()
        .map(entry -> JsonBodies.tree(entry.getMessage()).path("message"))
        .filter(message -> message.path("method").asText().equals("Network.requestWillBeSent"))
        .map(message -> message.at("/params/request/url"))
        .map(JsonNode::asText)
        // The pages of the browser itself.
        .filter(url -> !url.startsWith("chrome:"))
        .toList();
  }

  /** Returns the violations of WCAG 2 at levels A and AA, each with its elements. */
  public List<String> barriers(String... except) {
    return new AxeBuilder()
            // The legacy mode opens a window, which these pages must not do.
            .setLegacyMode()
            .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
            .disableRules(List.of(except))
            .analyze(driver)
            .getViolations()
            .stream()
            .map(Browser::describe)
            .toList();
  }

  private static String describe(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getNodes().stream().map(node -> node.getTarget() + " " + node.getHtml()).toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
