package dev.parley.app.server.transport;

import com.linecorp.armeria.common.FlagsProvider;
import com.linecorp.armeria.common.util.TlsEngineType;

/** Settings of Armeria that only exist as flags. Loaded through {@code META-INF/services}. */
public final class ArmeriaFlags implements FlagsProvider {
  private static final int PRIORITY = 100;
  private static final String OFF = "off";

  @Override
  public int priority() {
    return PRIORITY;
  }

  /** Keeps semicolons, because session keys may contain them. Armeria strips them by default. */
  @Override
  public Boolean allowSemicolonInPathComponent() {
    return true;
  }

  /** Accepts {@code ..} in query values. */
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }

  /**
   * Turns off the caches by path. Paths contain session ids, so hits are rare, and evictions took a
   * fifth of the CPU time of a short REST call.
   */
  @Override
  public String routeCacheSpec() {
    return OFF;
  }

  @Override
  public String routeDecoratorCacheSpec() {
    return OFF;
  }

  @Override
  public String parsedPathCacheSpec() {
    return OFF;
  }

  /**
   * The TLS of clients, for instance of webhooks. {@link Transport} chooses that of the server.
   * Otherwise, each start would load OpenSSL, which takes 0.2 to 0.3 seconds.
   */
  @Override
  public TlsEngineType tlsEngineType() {
    return TlsEngineType.JDK;
  }
}
