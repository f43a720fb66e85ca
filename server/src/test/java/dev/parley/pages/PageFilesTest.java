package dev.parley.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the files of the pages are served. */
class PageFilesTest {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final String CONSOLE_POLICY =
      POLICY.replace("data:", "data: https:")
          + "; require-trusted-types-for 'script'; trusted-types lit-html dompurify";

  @TempDir private static Path folder;
  private static ServerFixture server;

  @BeforeAll
  static void start() {
    server = ServerFixture.start(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/",
        "/console/main.js",
        "/console/console.css",
        "/console/lit-html/lit-html.js",
        "/console/markdown-it/dist/markdown-it.min.js",
        "/console/dompurify/dist/purify.min.js",
        "/console/highlightjs/highlight.min.js",
        "/console/uplot/dist/uPlot.iife.min.js",
        "/openapi/",
        "/openapi/swagger-ui/swagger-ui.css",
        "/openapi/grip.json"
      })
  void file_everyOne_underThePolicy(String path) {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(header(answer, "content-security-policy"))
        .isEqualTo(path.startsWith("/console/") ? CONSOLE_POLICY : POLICY);
    assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
    assertThat(header(answer, "referrer-policy")).isEqualTo("no-referrer");
    assertThat(header(answer, "cache-control")).contains("no-cache");
  }

  @Test
  void file_known_notSentAgain() {
    HttpResponse<String> first = get("/console/main.js");

    HttpResponse<String> again =
        server.send(
            request -> request.header("If-None-Match", header(first, "etag")), "/console/main.js");

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(header(first, "content-type")).isEqualTo("text/javascript; charset=utf-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/nothing.js",
        "/console/main.js/",
        "/console/PageFolder.class",
        "/console/lit-html",
        "/console/lit-html/",
        "/console/lit-html/package.json",
        "/console/..%2fopenapi%2findex.html",
        "/console/%2e%2e/api/openapi/grip.json",
        "/console//main.js%00",
        "/openapi/nothing.json"
      })
  void file_none_notFound(String path) {
    assertThat(get(path).statusCode()).isIn(307, 400, 404);
    assertThat(get(path).body()).doesNotContain("<html", "openapi\"", "lit-html\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/console", "/openapi"})
  void folder_withoutSlash_redirected(String path) {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(307);
    assertThat(header(answer, "location")).endsWith(path.substring(1) + "/");
  }

  @Test
  void webJars_everyOneInTheJar_namedInTheLicenceNotice() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    List<String> packages =
        Pattern.compile("<groupId>org\\.webjars[.\\w]*</groupId>\\s*<artifactId>([\\w-]+)<")
            .matcher(pom)
            .results()
            .map(found -> found.group(1))
            .toList();
    String notice =
        new String(
            getClass().getResourceAsStream("/META-INF/THIRD-PARTY.txt").readAllBytes(), UTF_8);

    assertThat(packages).contains("swagger-ui", "highlightjs");
    assertThat(packages).allSatisfy(name -> assertThat(notice).contains("\n" + name + " "));
  }

  @Test
  void file_posted_methodNotAllowed() {
    HttpResponse<String> answer =
        server.send(
            request -> request.method("POST", BodyPublishers.ofString("{}")), "/console/main.js");

    assertThat(answer.statusCode()).isEqualTo(405);
  }

  private static HttpResponse<String> get(String path) {
    return server.send("GET", path, null, null);
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElseThrow();
  }
}
