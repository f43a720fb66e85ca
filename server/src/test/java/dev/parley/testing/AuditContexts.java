package dev.parley.testing;

import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditContext;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Valid audit contexts with different ids. */
public final class AuditContexts {
  /** The default time of actions. */
  public static final Instant TIME = Instant.parse("2026-03-04T05:06:07.000008Z");

  private AuditContexts() {}

  /** A context for tests that do not read the audit log. */
  public static AuditContext any() {
    return of(AuditAction.SESSION_DELETE, TIME);
  }

  public static AuditContext of(AuditAction action, Instant time) {
    return new AuditContext(UUID.randomUUID(), time, action, actor());
  }

  /** A context of a caller with an API key. */
  public static AuditContext of(AuditAction action, Instant time, UUID callerKeyId) {
    return new AuditContext(UUID.randomUUID(), time, action, actor(callerKeyId));
  }

  /** An actor without an API key. */
  public static AuditActor actor() {
    return actor(null);
  }

  private static AuditActor actor(@Nullable UUID keyId) {
    return new AuditActor("owner:acme", keyId, "192.0.2.1", "request-1", "rest", "guayaba");
  }
}
