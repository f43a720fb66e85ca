package dev.parley.pages;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;

/** Security headers for pages. Pages may execute and contact only this server. */
public final class PageHeaders {
  /** For pages whose scripts do not write HTML. */
  public static final HttpHeaders PLAIN = of("data:", "");

  /**
   * For the console. Only lit-html and DOMPurify can write HTML: other scripts are refused by the
   * browser. Images may come from https servers, because readers can ask for the images that a
   * message links to.
   */
  public static final HttpHeaders CONSOLE =
      of("data: https:", "; require-trusted-types-for 'script'; trusted-types lit-html dompurify");

  private PageHeaders() {}

  private static HttpHeaders of(String images, String more) {
    String policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self' "
            + images
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            + more;
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
