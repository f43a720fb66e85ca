package dev.parley.testing.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.Cancellation;
import dev.parley.storage.change.Change;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.query.AgentQuery;
import dev.parley.storage.query.ApiKeyQuery;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.query.Cursor;
import dev.parley.storage.query.ExpiredPage;
import dev.parley.storage.query.ExpiredQuery;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import dev.parley.storage.query.RunPage;
import dev.parley.storage.query.RunQuery;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rules.LeaseRules;
import dev.parley.storage.run.AgentRunQuery;
import dev.parley.storage.run.RunPosition;
import dev.parley.storage.transfer.StoredRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads of one state. Each looks at all elements, and checks the cancellation at each of them. */
record InMemoryReads(InMemoryData data, Cancellation cancellation) {

  List<Agent> agents(AgentQuery query) {
    return page(
        data.agents, query.after(), query.limit(), agent -> is(query.owner(), agent.owner()));
  }

  List<ApiKey> apiKeys(ApiKeyQuery query) {
    return page(data.apiKeys, query.after(), query.limit(), key -> is(query.owner(), key.owner()));
  }

  private <T> List<T> page(NavigableMap<UUID, T> all, UUID after, int limit, Predicate<T> filter) {
    NavigableMap<UUID, T> rest = after == null ? all : all.tailMap(after, false);
    return elements(rest.values()).filter(filter).limit(limit).toList();
  }

  Optional<Session> session(UUID sessionId) {
    return Optional.ofNullable(data.rows.get(sessionId)).map(SessionRow::session);
  }

  List<Session> sessions(UUID agentId, Set<UUID> sessionIds) {
    return sessionIds.stream()
        .flatMap(id -> session(id).stream())
        .filter(session -> session.agentId().equals(agentId))
        .toList();
  }

  List<Session> sessions(SessionFilter filter, String key) {
    return sessions(filter, SessionOrder.UPDATE_TIME_DESC)
        .filter(session -> session.key().equals(key))
        .sorted(ListOrder.NEWEST_FIRST)
        .toList();
  }

  List<Session> sessions(SessionQuery query) {
    SessionOrder order = query.order();
    Stream<Session> rest =
        sessions(query.filter(), order)
            .filter(
                session ->
                    query.after() == null
                        || order.positions().compare(order.cursorOf(session), query.after()) > 0)
            .sorted(order.sessions());
    return untilBytes(rest, query.limit(), query.bytesMax(), Session::bytes);
  }

  List<String> keys(KeyQuery query) {
    Set<String> keys = new TreeSet<>(ListOrder.BY_CODE_POINT);
    sessions(query.filter(), SessionOrder.UPDATE_TIME_DESC)
        .map(Session::key)
        .filter(
            key -> query.after() == null || ListOrder.BY_CODE_POINT.compare(key, query.after()) > 0)
        .forEach(keys::add);
    return untilBytes(
        keys.stream(), query.limit(), query.bytesMax(), key -> key.getBytes(UTF_8).length);
  }

  private Stream<Session> sessions(SessionFilter filter, SessionOrder order) {
    return elements(data.sessionRows().map(SessionRow::session).toList())
        .filter(
            session ->
                order.lists(session)
                    && is(filter.agentId(), session.agentId())
                    && is(filter.owner(), data.ownerOf(session))
                    && filter.matchesProfile(session.profile()));
  }

  ExpiredPage expired(ExpiredQuery query) {
    return expired(query, SessionRow::expiryIndexTime);
  }

  ExpiredPage expiredLeases(ExpiredQuery query) {
    return expired(
        query, row -> row.session().isArchived() ? null : row.session().leases().firstExpireTime());
  }

  private ExpiredPage expired(ExpiredQuery query, Function<SessionRow, Instant> timeOf) {
    List<SessionRow> entries =
        elements(data.sessionRows().toList())
            .filter(row -> timeOf.apply(row) != null)
            .filter(row -> !timeOf.apply(row).isAfter(query.until()))
            .filter(row -> query.after() == null || isAfter(row, timeOf, query.after()))
            .sorted(
                Comparator.comparing(timeOf)
                    .thenComparing(row -> row.session().sessionId(), ListOrder.BY_ID))
            .toList();
    List<SessionRow> read = entries.subList(0, Math.min(query.limit(), entries.size()));
    Cursor next = null;
    if (read.size() < entries.size()) {
      SessionRow last = read.get(read.size() - 1);
      next = new Cursor(timeOf.apply(last), last.session().sessionId());
    }
    List<Session> sessions =
        read.stream()
            .filter(row -> is(query.agentId(), row.agentId()))
            .map(SessionRow::session)
            .toList();
    return new ExpiredPage(sessions, next);
  }

  private static boolean isAfter(
      SessionRow row, Function<SessionRow, Instant> timeOf, Cursor cursor) {
    int byTime = timeOf.apply(row).compareTo(cursor.time());
    return byTime > 0
        || (byTime == 0
            && ListOrder.BY_ID.compare(row.session().sessionId(), cursor.sessionId()) > 0);
  }

  Optional<MessagePage> messages(MessageQuery query) {
    return data.find(query.ref()).map(row -> messages(row, query));
  }

  private MessagePage messages(SessionRow row, MessageQuery query) {
    Stream<Message> matching =
        elements(rest(row.messages(), query.newestFirst(), query.after()))
            .filter(message -> isOfRuns(query, message.draft().runId()))
            .filter(query::includes);
    return page(row, matching, query.limit(), query.bytesMax());
  }

  private static boolean isOfRuns(MessageQuery query, String runId) {
    return query.runIds() == null || (runId != null && query.runIds().contains(runId));
  }

  Optional<MessagePage> messages(MessageLookup lookup) {
    return data.find(lookup.ref())
        .map(
            row -> {
              Stream<Message> named =
                  elements(row.messages().values())
                      .filter(
                          message ->
                              lookup.sequences().contains(message.sequence())
                                  || lookup.messageIds().contains(message.draft().messageId()));
              return page(row, named, Integer.MAX_VALUE, lookup.bytesMax());
            });
  }

  private static MessagePage page(
      SessionRow row, Stream<Message> matching, int limit, long bytesMax) {
    List<Message> messages = new ArrayList<>();
    long bytes = 0;
    for (Message message : (Iterable<Message>) matching::iterator) {
      bytes += message.bytes();
      if (messages.size() >= limit || (bytes > bytesMax && !messages.isEmpty())) {
        return new MessagePage(row.session(), messages, true);
      }
      messages.add(message);
    }
    return new MessagePage(row.session(), messages, false);
  }

  Optional<RunPage> runs(RunQuery query) {
    return data.find(query.ref())
        .map(
            row -> {
              Stream<Run> rest =
                  elements(rest(row.runs(), query.newestFirst(), query.after()))
                      .map(stored -> LeaseRules.leased(row.session(), stored.run()));
              return new RunPage(
                  row.session(), untilBytes(rest, query.limit(), query.bytesMax(), Run::bytes));
            });
  }

  List<Run> runs(AgentRunQuery query) {
    RunPosition after = query.after();
    Comparator<Run> order = Comparator.comparing(RunPosition::of, RunPosition.NEWEST_FIRST);
    Stream<Run> rest =
        data.sessionRows()
            .filter(row -> is(query.agentId(), row.agentId()))
            .filter(row -> is(query.owner(), data.ownerOf(row.session())))
            .flatMap(
                row ->
                    elements(row.runs().values())
                        .map(stored -> LeaseRules.leased(row.session(), stored.run())))
            .filter(run -> query.states().contains(run.state()))
            .filter(
                run ->
                    after == null
                        || RunPosition.NEWEST_FIRST.compare(RunPosition.of(run), after) > 0)
            .sorted(order);
    return untilBytes(rest, query.limit(), query.bytesMax(), Run::bytes);
  }

  /** The values after a position in the requested order; 0 is the start. */
  private static <T> Collection<T> rest(
      NavigableMap<Long, T> all, boolean newestFirst, long after) {
    if (!newestFirst) {
      return all.tailMap(after, false).values();
    }
    return (after == 0 ? all : all.headMap(after, false)).descendingMap().values();
  }

  Optional<RunPage> runs(SessionRef.ById ref, Set<String> runIds) {
    return data.find(ref)
        .map(
            row ->
                new RunPage(
                    row.session(),
                    LeaseRules.leased(
                        row.session(), runs(row, runIds).map(StoredRun::run).toList())));
  }

  Optional<Map<String, List<Json>>> contexts(SessionRef.ById ref, Set<String> runIds) {
    return data.find(ref)
        .map(
            row ->
                runs(row, runIds)
                    .collect(Collectors.toMap(each -> each.run().runId(), StoredRun::context)));
  }

  private Stream<StoredRun> runs(SessionRow row, Set<String> runIds) {
    return elements(row.runs().values()).filter(each -> runIds.contains(each.run().runId()));
  }

  List<AuditEntry> auditEntries(AuditQuery query) {
    Cursor after = query.after();
    return elements(data.audit)
        .filter(query::matches)
        .filter(entry -> after == null || isAfter(entry, after))
        .limit(query.limit())
        .toList();
  }

  private static boolean isAfter(AuditEntry entry, Cursor cursor) {
    int byTime = cursor.time().compareTo(entry.time());
    return byTime > 0
        || (byTime == 0 && ListOrder.BY_ID.compare(entry.entryId(), cursor.sessionId()) > 0);
  }

  private <T> Stream<T> elements(Collection<T> all) {
    return all.stream().peek(element -> cancellation.throwIfCancelled());
  }

  /** The first elements, up to the one that makes their total size exceed {@code bytesMax}. */
  private static <T> List<T> untilBytes(
      Stream<T> all, int limit, long bytesMax, ToLongFunction<T> bytesOf) {
    List<T> page = new ArrayList<>();
    long bytes = 0;
    for (T element : (Iterable<T>) all::iterator) {
      if (page.size() == limit || bytes > bytesMax) {
        break;
      }
      page.add(element);
      bytes += bytesOf.applyAsLong(element);
    }
    return page;
  }

  /** Whether a filter, null for any, accepts a value. */
  private static boolean is(Object filter, Object value) {
    return filter == null || filter.equals(value);
  }

  ChangePage changes(ChangeQuery query) {
    // There are no values after a position that was not reached.
    NavigableMap<ChangePosition, Change> rest = data.changes.tailMap(query.after(), false);
    List<Change> changes =
        rest.values().stream()
            .filter(change -> query.agentIds().contains(change.agentId()))
            .limit(query.limit())
            .toList();
    return ChangePage.of(changes, query.limit(), data.lastChange);
  }
}
