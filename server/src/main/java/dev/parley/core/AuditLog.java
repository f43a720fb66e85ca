package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.model.audit.AuditAction;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditContext;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.AuditStore;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.rules.Micros;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The audit log: who did what, and when. Entries are added and read, never changed. */
public final class AuditLog {
  private final AuditStore store;
  private final PageTokens tokens;
  private final IdGenerator ids;
  private final MicroClock clock;

  public AuditLog(AuditStore store, PageTokens tokens, IdGenerator ids, Clock clock) {
    this.store = store;
    this.tokens = tokens;
    this.ids = ids;
    this.clock = new MicroClock(clock);
  }

  /**
   * Which entries to list.
   *
   * @param owner only of this owner's things; null for all that the caller may see
   * @param agentId only of this agent and what is its; null for all
   * @param actionPrefix what the action begins with; empty for any
   * @param since not older than this, in microseconds; null for all
   * @param until older than this, in microseconds; null for all
   */
  public record Filter(
      @Nullable String owner,
      @Nullable UUID agentId,
      String actionPrefix,
      @Nullable Instant since,
      @Nullable Instant until) {}

  /** What {@code actor} is about to do now: for the write that does it. */
  AuditContext context(AuditActor actor, AuditAction action) {
    return new AuditContext(ids.uuid(), clock.now(), action, actor);
  }

  /** Adds an entry of what was done to the store as a whole, and changes nothing in it. */
  CompletableFuture<AuditEntry> add(AuditContext auditContext) {
    return store.addAuditEntry(auditContext.entryForStore());
  }

  /** Entries that the caller may see, the newest first. */
  public CompletableFuture<Page<AuditEntry>> list(Caller caller, Filter filter, PageRequest page) {
    Principal principal = caller.principal();
    String owner = OwnerFilter.visible(principal, filter.owner());
    Instant since = Micros.truncateIfAny(filter.since());
    Instant until = Micros.truncateIfAny(filter.until());
    // Texts last and with their lengths before them: none can be read as part of another.
    String query =
        List.of("audit", text(filter.agentId()), text(since), text(until))
            + text(owner)
            + text(filter.actionPrefix());
    Cursor after = tokens.cursor(principal, query, page.token());
    return store
        .listAuditEntries(
            new AuditQuery(
                owner,
                filter.agentId(),
                filter.actionPrefix(),
                since,
                until,
                after,
                page.readLimit()),
            caller.cancellation())
        .thenApply(
            rows ->
                Page.of(
                    rows,
                    page,
                    entry -> 0,
                    last ->
                        tokens.ofCursor(
                            principal, query, new Cursor(last.time(), last.entryId()))));
  }

  private static String text(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    return text.length() + ":" + text;
  }
}
