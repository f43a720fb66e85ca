package dev.parley.api.http;

import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The API and RPC of a call.
 *
 * @param api the API, such as {@code guayaba}; {@code operations} for health checks, pages and
 *     unknown routes
 * @param rpc the full name of the RPC, such as {@code parley.v1.SessionService/GetSession}; the
 *     route pattern if there is no RPC; {@code unknown} for unknown routes
 */
public record CallTarget(String api, String rpc) {
  private static final String OPERATIONS = "operations";
  private static final CallTarget UNKNOWN = new CallTarget(OPERATIONS, "unknown");
  private static final Map<String, CallTarget> RPCS = new ConcurrentHashMap<>();

  /** Records the RPC of the call in Armeria's log. */
  public static void set(ServiceRequestContext ctx, String api, String service, String rpc) {
    ctx.logBuilder().name(api + "/" + service, rpc);
  }

  /** Records in Armeria's log that the call has no RPC. */
  public static void setUnknown(ServiceRequestContext ctx) {
    ctx.logBuilder().name(UNKNOWN.rpc, UNKNOWN.rpc);
  }

  static CallTarget of(ServiceRequestContext ctx, RequestLog log) {
    String service = log.serviceName();
    String name = log.name();
    if (UNKNOWN.rpc.equals(service) || ctx.config().route().isFallback()) {
      return UNKNOWN;
    }
    CallTarget rpc = rpc(service, name);
    return rpc != null ? rpc : new CallTarget(OPERATIONS, ctx.config().route().patternString());
  }

  private static @Nullable CallTarget rpc(@Nullable String service, @Nullable String name) {
    int slash = service == null ? -1 : service.indexOf('/');
    if (service == null || name == null) {
      return null;
    }
    if (slash >= 0) {
      return RPCS.computeIfAbsent(
          service + "/" + name,
          key -> new CallTarget(key.substring(0, slash), key.substring(slash + 1)));
    }
    boolean grpc = service.startsWith("grpc.");
    return grpc
        ? RPCS.computeIfAbsent(service + "/" + name, key -> new CallTarget(OPERATIONS, key))
        : null;
  }
}
