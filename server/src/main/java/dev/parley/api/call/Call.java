package dev.parley.api.call;

import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.model.SessionRef;
import java.util.UUID;

/**
 * One call of an RPC by an authenticated caller. Immutable.
 *
 * @param rpc what is called
 * @param caller who calls; its cancellation fires when the caller is gone or out of time
 * @param requestId names the call in logs and to its caller
 * @param transport how the call came
 * @param deadlineNanos when the call has to be answered, in the time of {@link System#nanoTime}
 */
public record Call(
    RpcBinding rpc, Caller caller, String requestId, Transport transport, long deadlineNanos) {

  /** Whose credential the call carries. */
  public Principal principal() {
    return caller.principal();
  }

  /** Names the caller in logs: never a secret. */
  public String identity() {
    return principal().identity();
  }

  /** The session with this id, as far as the caller may see it. */
  public SessionRef.ById byId(String agentId, String sessionId) {
    return caller.byId(UUID.fromString(agentId), UUID.fromString(sessionId));
  }

  /** The session with this key, as far as the caller may see it. */
  public SessionRef.ByKey byKey(String agentId, String key) {
    return caller.byKey(UUID.fromString(agentId), key);
  }
}
