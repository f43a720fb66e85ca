package dev.parley.app.server.pages;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.docs.DocService;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.openapi.OpenApiDocument;
import dev.parley.pages.PageFile;
import dev.parley.pages.PageFolder;
import dev.parley.pages.PageHeaders;
import dev.parley.pages.StartPage;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/** Pages for browsers. They need no credential, because they contain no data of users. */
public final class BrowserPages {
  private BrowserPages() {}

  /** Adds {@code /}, {@code /openapi}, {@code /docs} and {@code /console}. */
  public static void addTo(ServerBuilder builder, List<ApiDefinition> apis) {
    for (ApiDefinition api : apis) {
      builder.service(
          "/openapi/" + api.name() + ".json",
          new PageFile(
              () -> OpenApiDocument.of(api, examples()), MediaType.JSON, PageHeaders.PLAIN));
    }
    HttpHeaders console = PageHeaders.CONSOLE;
    builder.route().get("/").head("/").build(new StartPage());
    builder
        .serviceUnder(
            "/openapi/swagger-ui",
            PageFolder.ofWebJar("org.webjars", "swagger-ui", PageHeaders.PLAIN))
        .serviceUnder("/openapi", PageFolder.of("openapi", PageHeaders.PLAIN))
        .serviceUnder("/docs", new LazyDocService(DocExamples.addTo(DocService.builder()).build()))
        .serviceUnder(
            "/console/lit-html", PageFolder.ofWebJar("org.webjars.npm", "lit-html", console))
        .serviceUnder(
            "/console/markdown-it", PageFolder.ofWebJar("org.webjars.npm", "markdown-it", console))
        .serviceUnder(
            "/console/dompurify", PageFolder.ofWebJar("org.webjars.npm", "dompurify", console))
        .serviceUnder("/console/uplot", PageFolder.ofWebJar("org.webjars.npm", "uplot", console))
        .serviceUnder(
            "/console/highlightjs", PageFolder.ofWebJar("org.webjars", "highlightjs", console))
        .serviceUnder("/console", PageFolder.of("console", console));
  }

  private static Map<String, String> examples() {
    Properties examples = DocExamples.load();
    return examples.stringPropertyNames().stream()
        .collect(Collectors.toMap(name -> name, examples::getProperty));
  }
}
