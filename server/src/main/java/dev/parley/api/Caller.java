package dev.parley.api;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.auth.Principal;
import dev.parley.model.Actor;
import dev.parley.model.SessionRef;
import java.util.UUID;

/** Who makes the present call. */
public final class Caller {
  private Caller() {}

  /** The caller, on the thread that a handler is called on. */
  public static Principal current() {
    Principal caller = CallState.of(ServiceRequestContext.current()).caller();
    if (caller == null) {
      throw new IllegalStateException("A handler was reached without authentication.");
    }
    return caller;
  }

  /** The caller with who acts. */
  public static dev.parley.auth.Caller of() {
    return new dev.parley.auth.Caller(current(), actor());
  }

  /** Who acts in the present call, for the audit log. */
  public static Actor actor() {
    ServiceRequestContext ctx = ServiceRequestContext.current();
    Principal caller = current();
    return new Actor(
        caller.identity(),
        caller.keyId(),
        ctx.clientAddress().getHostAddress(),
        CallState.of(ctx).requestId(),
        GrpcRequests.isGrpc(ctx.request().headers()) ? "grpc" : "rest",
        CallTarget.of(ctx).face());
  }

  /** Names a session by its id, as far as the caller may see it. */
  public static SessionRef.ById byId(String agentId, String sessionId) {
    return current().byId(UUID.fromString(agentId), UUID.fromString(sessionId));
  }

  /** Names a session by its key, as far as the caller may see it. */
  public static SessionRef.ByKey byKey(String agentId, String key) {
    return current().byKey(UUID.fromString(agentId), key);
  }
}
