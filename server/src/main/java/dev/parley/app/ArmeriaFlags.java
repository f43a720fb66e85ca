package dev.parley.app;

import com.linecorp.armeria.common.FlagsProvider;

/** The settings of Armeria that only a flag can reach; loaded through {@code META-INF/services}. */
public final class ArmeriaFlags implements FlagsProvider {
  private static final int PRIORITY = 100;

  @Override
  public int priority() {
    return PRIORITY;
  }

  /** A session key may hold a semicolon; Armeria would cut the path off there. */
  @Override
  public Boolean allowSemicolonInPathComponent() {
    return true;
  }
}
