package dev.parley.pages;

import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The files of one folder of the jar; its index.html stands for the folder. */
public final class PageFolder implements HttpService {
  /** A file's path below its folder: names of folders and the file's, which has an ending. */
  private static final Pattern NAME = Pattern.compile("([\\w-]+/)*[\\w-]+(\\.[\\w-]+)+");

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", MediaType.HTML_UTF_8,
          "css", MediaType.CSS_UTF_8,
          "js", MediaType.JAVASCRIPT_UTF_8,
          "svg", MediaType.SVG_UTF_8);

  private final String folder;
  private final HttpHeaders headers;
  private final Map<String, PageFile> files = new ConcurrentHashMap<>();

  private PageFolder(String folder, HttpHeaders headers) {
    this.folder = folder;
    this.headers = headers;
  }

  /** The folder {@code name} beside this class. */
  public static PageFolder of(String name, HttpHeaders headers) {
    return new PageFolder("dev/parley/pages/" + name + "/", headers);
  }

  /** The files of a WebJar: a package of npm's as a jar. */
  public static PageFolder ofWebJar(String group, String name, HttpHeaders headers) {
    String about = "META-INF/maven/" + group + "/" + name + "/pom.properties";
    Properties pom = new Properties();
    try (InputStream in = Objects.requireNonNull(loader().getResourceAsStream(about), about)) {
      pom.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PageFolder(
        "META-INF/resources/webjars/" + name + "/" + pom.getProperty("version") + "/", headers);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    String path = ctx.mappedPath().substring(1);
    String name = path.isEmpty() ? "index.html" : path;
    PageFile file = files.get(name);
    if (file == null) {
      MediaType type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      if (type == null
          || !NAME.matcher(name).matches()
          || loader().getResource(folder + name) == null) {
        throw HttpStatusException.of(HttpStatus.NOT_FOUND);
      }
      file = files.computeIfAbsent(name, any -> new PageFile(() -> read(name), type, headers));
    }
    return file.serve(ctx, request);
  }

  private byte[] read(String name) {
    try (InputStream in = Objects.requireNonNull(loader().getResourceAsStream(folder + name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ClassLoader loader() {
    return PageFolder.class.getClassLoader();
  }
}
