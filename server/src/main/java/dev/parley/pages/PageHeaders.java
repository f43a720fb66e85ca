package dev.parley.pages;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/** Security headers for pages. Pages may execute, load and contact only this server. */
public final class PageHeaders {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** For pages whose scripts do not write HTML. */
  public static final HttpHeaders PLAIN = of(POLICY);

  private PageHeaders() {}

  /**
   * For pages on which only one library writes HTML.
   *
   * @param name the name of the library's Trusted Types policy
   */
  public static HttpHeaders trusting(String name) {
    return of(POLICY + "; require-trusted-types-for 'script'; trusted-types " + name);
  }

  private static HttpHeaders of(String policy) {
    return HttpHeaders.of(
        HttpHeaderNames.CONTENT_SECURITY_POLICY,
        policy,
        HttpHeaderNames.X_CONTENT_TYPE_OPTIONS,
        "nosniff",
        HttpHeaderNames.REFERRER_POLICY,
        "no-referrer",
        HttpHeaderNames.CROSS_ORIGIN_OPENER_POLICY,
        "same-origin");
  }
}
