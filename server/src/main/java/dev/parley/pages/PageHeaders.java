package dev.parley.pages;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/** What browsers are told with every page: to run, load and send nothing but what is Parley's. */
public final class PageHeaders {
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** For pages that do not write HTML by themselves. */
  public static final HttpHeaders PLAIN = of(POLICY);

  private PageHeaders() {}

  /**
   * For pages whose scripts write HTML by one library alone.
   *
   * @param name how the library calls its policy for Trusted Types
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
