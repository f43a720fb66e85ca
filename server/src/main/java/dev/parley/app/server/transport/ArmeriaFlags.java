package dev.parley.app.server.transport;

import com.linecorp.armeria.common.FlagsProvider;

/** The settings of Armeria that only a flag can reach; loaded through {@code META-INF/services}. */
public final class ArmeriaFlags implements FlagsProvider {
  private static final int PRIORITY = 100;
  private static final String OFF = "off";

  @Override
  public int priority() {
    return PRIORITY;
  }

  /** A session key may hold a semicolon; Armeria would cut the path off there. */
  @Override
  public Boolean allowSemicolonInPathComponent() {
    return true;
  }

  /** A query may hold text such as "a/../b". */
  @Override
  public Boolean allowDoubleDotsInQueryString() {
    return true;
  }

  /**
   * None of the caches by path: paths name sessions, so that what is kept is hardly asked for
   * again, and to let it go takes a fifth of a short REST call.
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
}
