package dev.parley.pages;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Serves the files of one folder of the jar. The path of the folder returns its index.html. */
public final class PageFolder implements HttpService {
  /** A relative path. The file name must have an extension. */
  private static final Pattern NAME = Pattern.compile("([\\w-]+/)*[\\w-]+(\\.[\\w-]+)+");

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.HTML_UTF_8,
          "css", MediaType.CSS_UTF_8,
          "js", MediaType.parse("text/javascript; charset=utf-8"),
          "svg", MediaType.SVG_UTF_8);

  private final Supplier<String> folder;
  private final HttpHeaders headers;
  private final Map<String, PageFile> files = new ConcurrentHashMap<>();

  private PageFolder(Supplier<String> folder, HttpHeaders headers) {
    this.folder = folder;
    this.headers = headers;
  }

  /** Serves the folder {@code name} next to this class. */
  public static PageFolder of(String name, HttpHeaders headers) {
    return new PageFolder(() -> "dev/parley/pages/" + name + "/", headers);
  }

  /** Serves the files of a WebJar, an npm package that is published as a jar. */
  public static PageFolder ofWebJar(String group, String name, HttpHeaders headers) {
    return new PageFolder(
        () -> "META-INF/resources/webjars/" + name + "/" + version(group, name) + "/", headers);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    String path = ctx.mappedPath().substring(1);
    String name = path.isEmpty() ? "index.html" : path;
    PageFile known = files.get(name);
    if (known != null) {
      return known.serve(ctx, request);
    }
    MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
    if (type == null || !NAME.matcher(name).matches()) {
      throw HttpStatusException.of(HttpStatus.NOT_FOUND);
    }
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> find(name, type), ctx.blockingTaskExecutor())
            .thenApply(found -> found.serve(ctx, request)));
  }

  private PageFile find(String name, MediaType type) {
    String resource = folder.get() + name;
    if (loader().getResource(resource) == null) {
      throw HttpStatusException.of(HttpStatus.NOT_FOUND);
    }
    return files.computeIfAbsent(name, any -> new PageFile(() -> read(resource), type, headers));
  }

  private static String version(String group, String name) {
    Properties about = new Properties();
    byte[] pom = read("META-INF/maven/" + group + "/" + name + "/pom.properties");
    try {
      about.load(new ByteArrayInputStream(pom));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return about.getProperty("version");
  }

  private static byte[] read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(loader().getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassLoader loader() {
    return PageFolder.class.getClassLoader();
  }
}
