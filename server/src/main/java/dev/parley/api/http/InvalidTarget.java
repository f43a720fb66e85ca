package dev.parley.api.http;

import com.linecorp.armeria.common.RequestTarget;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Handles request targets that Armeria rejects before it selects a service. Without this, the error
 * could not have the format of the API. An invalid target is moved into the query of a reserved
 * path, whose requests all fail with 400.
 */
public final class InvalidTarget {
  private static final String PATH = "/.invalid-target";
  private static final String MISSING_HOST = "!";

  private InvalidTarget() {}

  /** Returns the target to process: {@code target} itself if it is valid. */
  public static String replace(String target) {
    return isPlain(target) || RequestTarget.forServer(target) != null ? target : moved(target);
  }

  /** Returns the target for a request without a Host header, or with several. */
  public static String withoutHost(String target) {
    return moved(MISSING_HOST + target);
  }

  private static String moved(String target) {
    return PATH + "?" + URLEncoder.encode(target, StandardCharsets.ISO_8859_1);
  }

  /**
   * Only targets with these characters can be invalid. Nearly all other targets have none of them.
   */
  private static boolean isPlain(String target) {
    return target.startsWith("/") && target.indexOf('%') < 0 && !target.contains("..");
  }

  /** Returns the invalid target of a request, as it was sent; null if the target is valid. */
  public static @Nullable String of(ServiceRequestContext ctx) {
    return ctx.rawPath().startsWith(PATH) && ctx.query() != null
        ? URLDecoder.decode(ctx.query(), StandardCharsets.ISO_8859_1)
        : null;
  }

  /** Returns the path of an invalid target. */
  public static String path(String target) {
    String text = target.startsWith(MISSING_HOST) ? target.substring(1) : target;
    int query = text.indexOf('?');
    return query < 0 ? text : text.substring(0, query);
  }

  /** Returns why a target is invalid. */
  public static String reason(String target) {
    if (target.startsWith(MISSING_HOST)) {
      return "The request must have exactly one Host header.";
    }
    String lower = target.toLowerCase(Locale.ROOT).replace("%2e", ".");
    if (lower.contains("..")) {
      return "The path must not have a segment \"..\". The native API and the grip API read"
          + " sessions with such a key by query: sessions:lookup?key=…";
    }
    return "The path or query has a control character, or a \"%\" without two hexadecimal digits"
        + " after it.";
  }
}
