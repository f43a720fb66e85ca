package dev.parley.testing;

import dev.parley.model.Act;
import dev.parley.model.Actor;
import dev.parley.model.AuditAction;
import java.time.Instant;
import java.util.UUID;

/** Acts that are valid and differ in their ids. */
public final class Acts {
  /** When they are done, unless a case says more. */
  public static final Instant TIME = Instant.parse("2026-03-04T05:06:07.000008Z");

  private Acts() {}

  /** For cases that do not look at the audit log. */
  public static Act any() {
    return of(AuditAction.SESSION_DELETE, TIME);
  }

  public static Act of(AuditAction action, Instant time) {
    return new Act(UUID.randomUUID(), time, action, actor());
  }

  public static Actor actor() {
    return new Actor("owner:acme", UUID.randomUUID(), "192.0.2.1", "request-1", "rest", "guayaba");
  }
}
