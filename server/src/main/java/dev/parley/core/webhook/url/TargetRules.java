package dev.parley.core.webhook.url;

import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The receivers that webhooks may have.
 *
 * @param hosts host names in lower case; {@code *} allows all, {@code *.example.com} all below
 *     example.com
 * @param addresses the IP addresses that may be connected to
 */
public record TargetRules(List<String> hosts, Predicate<InetAddress> addresses) {
  private static final String ALL = "*";
  private static final Pattern V4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

  /** A last label that begins with a digit, as in the other notations of IPv4 addresses. */
  private static final Pattern NUMBER = Pattern.compile("(.*\\.)?\\d[^.]*\\.?");

  /**
   * Checks the URL of a receiver. The addresses of a host name are checked when it is resolved for
   * a connection, because they can change.
   *
   * @throws SessionException {@code INVALID_FIELD} if it is not allowed
   */
  public void require(String url) {
    if (!isAscii(url)) {
      throw invalid("must contain ASCII characters only, and no spaces");
    }
    URI uri;
    try {
      uri = new URI(url).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw invalid("must be a URL such as https://example.com/hooks");
    }
    String host = uri.getHost();
    if (!"https".equalsIgnoreCase(uri.getScheme()) || host == null) {
      throw invalid("must start with https:// and a host");
    }
    if (NUMBER.matcher(host).matches() && !V4.matcher(host).matches()) {
      throw invalid("must have a host name, or an IP address in the usual notation");
    }
    if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
      throw invalid("must not contain a user, a password or a fragment");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw invalid("must have a port of 1 to 65535");
    }
    if (!allows(uri)) {
      throw invalid(
          "has a host that this server does not send to; see the settings webhook-hosts and"
              + " webhook-private-addresses");
    }
  }

  private static boolean isAscii(String url) {
    return url.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  /** Whether requests may be sent to a URL, as far as its text tells. */
  public boolean allows(URI url) {
    String host = normalized(url.getHost());
    return hosts.stream().anyMatch(pattern -> matches(pattern, host))
        && literal(url).map(addresses::test).orElse(true);
  }

  /** The address in a URL with an IP address in place of a host name. */
  public static Optional<InetAddress> literal(URI url) {
    String host = url.getHost();
    if (!V4.matcher(host).matches() && !host.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      throw invalid("must have a valid address");
    }
  }

  private static String normalized(@Nullable String host) {
    String text = host == null ? "" : host.toLowerCase(Locale.ROOT);
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static boolean matches(String pattern, String host) {
    return pattern.equals(ALL)
        || pattern.equals(host)
        || (pattern.startsWith("*.") && host.endsWith(pattern.substring(1)));
  }

  private static SessionException invalid(String why) {
    return SessionException.invalid(FieldViolation.format("url", why));
  }
}
