package dev.parley.testing.memory;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditEntry;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.FailedDelivery;
import dev.parley.model.webhook.Webhook;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.query.ListOrder;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;

/** The contents of an in-memory store. Not thread-safe. */
public final class InMemoryData {
  private static final Comparator<AuditEntry> NEWEST_FIRST =
      Comparator.comparing(AuditEntry::time, Comparator.reverseOrder())
          .thenComparing(AuditEntry::entryId, ListOrder.BY_ID);

  final NavigableMap<UUID, Agent> agents = new TreeMap<>(ListOrder.BY_ID);
  final NavigableMap<UUID, ApiKey> apiKeys = new TreeMap<>(ListOrder.BY_ID);
  final NavigableMap<UUID, SessionRow> rows = new TreeMap<>(ListOrder.BY_ID);
  final NavigableMap<ChangePosition, Change> changes = new TreeMap<>();
  ChangePosition lastChange = ChangePosition.START;
  final NavigableSet<AuditEntry> audit = new TreeSet<>(NEWEST_FIRST);

  final NavigableMap<UUID, Webhook> webhooks = new TreeMap<>(ListOrder.BY_ID);
  final Map<UUID, NavigableMap<DeliveryPosition, FailedDelivery>> deliveries = new HashMap<>();

  /** Copies the collections. Their elements are immutable. */
  InMemoryData copy() {
    InMemoryData copy = new InMemoryData();
    copy.agents.putAll(agents);
    copy.apiKeys.putAll(apiKeys);
    copy.rows.putAll(rows);
    copy.audit.addAll(audit);
    copy.changes.putAll(changes);
    copy.lastChange = lastChange;
    copy.webhooks.putAll(webhooks);
    deliveries.forEach((webhookId, of) -> copy.deliveries.put(webhookId, new TreeMap<>(of)));
    return copy;
  }

  /** The rows whose session exists. */
  Stream<SessionRow> sessionRows() {
    return rows.values().stream().filter(row -> row.session() != null);
  }

  /** The row of the session that {@code ref} names. */
  Optional<SessionRow> find(SessionRef ref) {
    Optional<SessionRow> found;
    if (ref instanceof SessionRef.ByKey byKey) {
      found = findHolder(ref.agentId(), byKey.key());
    } else {
      found =
          Optional.ofNullable(rows.get(((SessionRef.ById) ref).sessionId()))
              .filter(row -> row.session() != null && row.agentId().equals(ref.agentId()));
    }
    return found.filter(row -> ref.matches(row.session()));
  }

  /** The row of the active session that holds {@code key}. */
  Optional<SessionRow> findHolder(UUID agentId, String key) {
    // A loop, because tests with many sessions come here for each of them.
    for (SessionRow row : rows.values()) {
      Session session = row.session();
      boolean holds = session != null && session.key().equals(key) && !session.isArchived();
      if (holds && row.agentId().equals(agentId)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  /** Adds an entry to the change log. */
  void add(Change change) {
    lastChange = new ChangePosition(lastChange.number() + 1);
    changes.put(lastChange, change.at(lastChange));
  }

  /** The owner of an existing session's agent. */
  String ownerOf(Session session) {
    return agents.get(session.agentId()).owner();
  }
}
