package dev.parley.app.cli.copy;

import dev.parley.app.cli.console.Progress;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Session;
import dev.parley.storage.transfer.TransferableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads two stores completely and compares their data. */
final class StoreComparison {
  private static final int UNDER_WAY = 32;
  private static final int TOLD_MAX = 20;

  private final TransferableStore source;
  private final TransferableStore target;
  private final SessionReader sourceContents;
  private final SessionReader targetContents;
  private final Progress progress;
  private final StoreSummary inSource = new StoreSummary();
  private final StoreSummary inTarget = new StoreSummary();
  private final List<String> differences = new ArrayList<>();
  private long differenceCount;

  private StoreComparison(TransferableStore source, TransferableStore target, Progress progress) {
    this.source = source;
    this.target = target;
    this.progress = progress;
    sourceContents = new SessionReader(source);
    targetContents = new SessionReader(target);
  }

  /**
   * The result of a comparison.
   *
   * @param isEqual whether the stores contain the same data
   * @param lines one line per kind with counts and checksums, followed by the differences
   */
  public record Outcome(boolean isEqual, List<String> lines) {}

  /** Compares the data of two stores. */
  public static Outcome run(TransferableStore source, TransferableStore target, Progress progress) {
    return new StoreComparison(source, target, progress).compare();
  }

  private Outcome compare() {
    AgentsAndKeys ofSource = AgentsAndKeys.of(source);
    AgentsAndKeys ofTarget = AgentsAndKeys.of(target);
    compareKeys(ofSource, ofTarget);
    for (UUID agentId : union(ofSource.agents().keySet(), ofTarget.agents().keySet())) {
      compareAgent(agentId, ofSource, ofTarget);
    }
    compareAuditLogs();
    List<String> lines = new ArrayList<>(StoreSummary.compare(inSource, inTarget));
    lines.addAll(differences);
    if (differenceCount > differences.size()) {
      lines.add("and %d more differences".formatted(differenceCount - differences.size()));
    }
    return new Outcome(differenceCount == 0, lines);
  }

  /** All ids of both, in the order in which stores list them. */
  private static Iterable<UUID> union(Iterable<UUID> some, Iterable<UUID> others) {
    TreeMap<String, UUID> byDigits = new TreeMap<>();
    some.forEach(id -> byDigits.put(id.toString(), id));
    others.forEach(id -> byDigits.put(id.toString(), id));
    return byDigits.values();
  }

  private void compareKeys(AgentsAndKeys ofSource, AgentsAndKeys ofTarget) {
    for (UUID keyId : union(ofSource.keys().keySet(), ofTarget.keys().keySet())) {
      ApiKey one = ofSource.keys().get(keyId);
      ApiKey two = ofTarget.keys().get(keyId);
      if (one != null) {
        inSource.add(one);
      }
      if (two != null) {
        inTarget.add(two);
      }
      compare("API key " + keyId, one, two);
    }
  }

  private void compareAuditLogs() {
    AuditPairs pairs = new AuditPairs(source, target);
    for (AuditPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
      if (pair.source() != null) {
        inSource.add(pair.source());
      }
      if (pair.target() != null) {
        inTarget.add(pair.target());
      }
      compare(pair.name(), pair.source(), pair.target());
    }
  }

  private void compareAgent(UUID agentId, AgentsAndKeys ofSource, AgentsAndKeys ofTarget) {
    String name = "agent " + agentId;
    Agent one = ofSource.agents().get(agentId);
    Agent two = ofTarget.agents().get(agentId);
    compare(name, one, two);
    inSource.begin(one, keysOf(agentId, ofSource));
    inTarget.begin(two, keysOf(agentId, ofTarget));
    SessionPairs pairs = new SessionPairs(source.transfer(), target.transfer(), agentId);
    try (BoundedExecutor<Prints> executor = new BoundedExecutor<>(UNDER_WAY, this::compare)) {
      for (SessionPairs.Pair pair = pairs.next(); pair != null; pair = pairs.next()) {
        SessionPairs.Pair next = pair;
        executor.submit(() -> read(next));
      }
      executor.finish();
    }
    String sourcePrint = inSource.endOfAgent();
    String targetPrint = inTarget.endOfAgent();
    if (!sourcePrint.equals(targetPrint)) {
      differ("%s: sha256 %s in the source, %s in the target", name, sourcePrint, targetPrint);
    }
  }

  private static List<ApiKey> keysOf(UUID agentId, AgentsAndKeys directory) {
    return directory.keys().values().stream().filter(k -> agentId.equals(k.agentId())).toList();
  }

  /** The checksums of one session in both stores. */
  private record Prints(
      String name, @Nullable SessionChecksum source, @Nullable SessionChecksum target) {}

  private Prints read(SessionPairs.Pair pair) {
    Session any = Objects.requireNonNull(pair.source() == null ? pair.target() : pair.source());
    return new Prints(
        "session %s of agent %s".formatted(any.sessionId(), any.agentId()),
        pair.source() == null ? null : SessionChecksum.of(sourceContents, pair.source()),
        pair.target() == null ? null : SessionChecksum.of(targetContents, pair.target()));
  }

  private void compare(Prints prints) {
    SessionChecksum one = prints.source();
    SessionChecksum two = prints.target();
    if (one != null) {
      inSource.add(one);
      progress.messages(one.messageCount());
    }
    if (two != null) {
      inTarget.add(two);
      progress.messages(two.messageCount());
    }
    progress.sessions(1);
    if (one == null || two == null) {
      compare(prints.name(), one, two);
    } else if (!one.differences(two).isEmpty()) {
      differ("%s: different %s", prints.name(), String.join(", ", one.differences(two)));
    }
  }

  private void compare(String name, @Nullable Object one, @Nullable Object two) {
    if (one == null || two == null) {
      differ("%s: only in the %s", name, one == null ? "target" : "source");
    } else if (!one.equals(two)) {
      differ("%s: different", name);
    }
  }

  private void differ(String format, Object... values) {
    if (++differenceCount <= TOLD_MAX) {
      differences.add("differs: " + format.formatted(values));
    }
  }
}
