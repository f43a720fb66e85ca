package dev.parley.core;

import dev.parley.auth.Caller;
import dev.parley.auth.Principal;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.core.page.PageTokens;
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

/** Adds and lists entries of the audit log. Entries are never changed. */
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
   * Selects audit entries.
   *
   * @param owner only entries about this owner; null for all that the caller may see
   * @param agentId only entries about this agent, its keys and its sessions; null for all
   * @param actionPrefix the prefix of the action; empty for all
   * @param since only entries at or after this time, in microseconds; null for all
   * @param until only entries before this time, in microseconds; null for all
   */
  public record Filter(
      @Nullable String owner,
      @Nullable UUID agentId,
      String actionPrefix,
      @Nullable Instant since,
      @Nullable Instant until) {}

  /**
   * Creates the context of an action that {@code actor} performs now. The write that performs the
   * action records it.
   */
  public AuditContext context(AuditActor actor, AuditAction action) {
    return new AuditContext(ids.uuid(), clock.now(), action, actor);
  }

  /** Adds an entry about an action on the whole store. */
  CompletableFuture<AuditEntry> add(AuditContext auditContext) {
    return store.addAuditEntry(auditContext.entryForStore());
  }

  /** Lists the entries that the caller may see, the newest first. */
  public CompletableFuture<Page<AuditEntry>> list(Caller caller, Filter filter, PageRequest page) {
    Principal principal = caller.principal();
    String owner = OwnerFilter.visible(principal, filter.owner());
    Instant since = Micros.truncateIfAny(filter.since());
    Instant until = Micros.truncateIfAny(filter.until());
    // Length prefixes separate the texts, so different filters never have the same query.
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
