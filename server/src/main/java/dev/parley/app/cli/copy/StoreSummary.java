package dev.parley.app.cli.copy;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.audit.AuditEntry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Counts and fingerprints of the data in one store. Sessions must be added by agent, then by id,
 * because the order is part of the fingerprints.
 */
final class StoreSummary {
  /** The kinds of data. */
  enum Kind {
    AGENTS,
    KEYS,
    SESSIONS,
    MESSAGES,
    RUNS,
    AUDIT
  }

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final Map<Kind, Fingerprint> prints = new EnumMap<>(Kind.class);
  private Fingerprint ofAgent = new Fingerprint();

  StoreSummary() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, 0L);
      prints.put(kind, new Fingerprint());
    }
  }

  /** Starts an agent; null if this store does not have it. */
  void begin(@Nullable Agent agent, List<ApiKey> itsKeys) {
    ofAgent = new Fingerprint();
    if (agent != null) {
      add(Kind.AGENTS, 1, new Fingerprint().add(agent).bytes());
      itsKeys.forEach(ofAgent::add);
    }
  }

  void add(ApiKey key) {
    byte[] print = new Fingerprint().add(key).bytes();
    counts.merge(Kind.KEYS, 1L, Long::sum);
    of(Kind.KEYS).add(print);
  }

  void add(AuditEntry entry) {
    byte[] print = new Fingerprint().add(entry).bytes();
    counts.merge(Kind.AUDIT, 1L, Long::sum);
    of(Kind.AUDIT).add(print);
  }

  void add(SessionChecksum session) {
    add(Kind.SESSIONS, 1, session.session());
    add(Kind.MESSAGES, session.messageCount(), session.messages());
    add(Kind.RUNS, session.runCount(), session.runs());
  }

  private void add(Kind kind, long count, byte[] print) {
    counts.merge(kind, count, Long::sum);
    of(kind).add(print);
    ofAgent.add(print);
  }

  private Fingerprint of(Kind kind) {
    return Objects.requireNonNull(prints.get(kind));
  }

  /** The fingerprint of all data of the current agent. Call it once per agent. */
  String endOfAgent() {
    return ofAgent.hex();
  }

  /** One line per kind with counts and fingerprints, or two lines if the stores differ. */
  static List<String> compare(StoreSummary source, StoreSummary target) {
    List<String> lines = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String inSource = source.of(kind).hex();
      String inTarget = target.of(kind).hex();
      String name = kind.name().toLowerCase(Locale.ROOT);
      lines.add(
          inSource.equals(inTarget)
              ? "%-8s %12d  sha256 %s".formatted(name, source.counts.get(kind), inSource)
              : "%-8s %12d  sha256 %s in the source%n%-8s %12d  sha256 %s in the target"
                  .formatted(
                      name,
                      source.counts.get(kind),
                      inSource,
                      "",
                      target.counts.get(kind),
                      inTarget));
    }
    return lines;
  }
}
