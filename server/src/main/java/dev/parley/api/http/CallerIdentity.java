package dev.parley.api.http;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/** The identity of the caller of a call, from its authentication on. */
public final class CallerIdentity {
  private static final AttributeKey<String> IDENTITY =
      AttributeKey.valueOf(CallerIdentity.class, "IDENTITY");

  private CallerIdentity() {}

  /** Records that the call is authenticated. */
  public static void set(ServiceRequestContext ctx, String identity) {
    ctx.setAttr(IDENTITY, identity);
  }

  /** Returns the identity; null if the call is not authenticated. */
  public static @Nullable String of(ServiceRequestContext ctx) {
    return ctx.attr(IDENTITY);
  }
}
