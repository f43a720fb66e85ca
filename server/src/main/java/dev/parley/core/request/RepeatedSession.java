package dev.parley.core.request;

import dev.parley.auth.Principal;
import dev.parley.model.Session;
import java.util.UUID;

/** What identifies the session of a repeated call. */
public final class RepeatedSession {
  private RepeatedSession() {}

  /** The id of the session that a call of {@code principal} with a request id creates. */
  public static UUID id(RequestId requestId, UUID agentId, Principal principal) {
    String user = principal.user() == null ? "" : "user/" + principal.user();
    return requestId.derive("session", agentId + "/" + user);
  }

  /** Whether a session may be the result of creating {@code created}. Expiry is not compared. */
  public static boolean isSame(Session found, Session created) {
    Session.Profile profile = created.profile().withExpiry(found.profile().expiry());
    return found.key().equals(created.key())
        && (found.revision() > created.revision() || found.profile().equals(profile));
  }
}
