package dev.parley.api.call;

import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.model.SessionRef;
import java.util.UUID;

/**
 * One call of an RPC by an authenticated caller. Immutable.
 *
 * @param rpc the RPC
 * @param caller the caller; its cancellation fires when the client disconnects or the call times
 *     out
 * @param requestId the id of the call in logs and responses
 * @param transport the transport of the call
 * @param deadlineNanos the deadline of the call, in the time of {@link System#nanoTime}
 * @param headers the headers of the request, for APIs whose contract has other headers than the
 *     credential
 */
public record Call(
    RpcBinding rpc,
    Caller caller,
    String requestId,
    Transport transport,
    long deadlineNanos,
    RequestHeader headers) {

  /** The authenticated caller. */
  public Principal principal() {
    return caller.principal();
  }

  /** The name of the caller in logs. It never contains a secret. */
  public String identity() {
    return principal().identity();
  }

  /** References a session by its id, limited to the sessions that the caller may see. */
  public SessionRef.ById byId(String agentId, String sessionId) {
    return caller.byId(UUID.fromString(agentId), UUID.fromString(sessionId));
  }

  /** References a session by its key, limited to the sessions that the caller may see. */
  public SessionRef.ByKey byKey(String agentId, String key) {
    return caller.byKey(UUID.fromString(agentId), key);
  }
}
