package dev.parley.storage.rocksdb.recovery;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Content;
import dev.parley.model.Role;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.query.SessionFilter;
import dev.parley.storage.query.SessionOrder;
import dev.parley.storage.query.SessionQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.Folders;
import dev.parley.testing.Sessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Data folders to damage, and what they contain. */
public final class DamagedFolders {
  /** Sessions of a filled store. */
  public static final int SESSIONS = 20;

  /** Messages of a filled store. */
  public static final int MESSAGES = 400;

  /** A few large keys fill a memtable of 1 MiB, so that there are tables and several logs. */
  private static final int KEYS = 400;

  private static final int KEYS_AT_ONCE = 100;

  private static final String CLIENT = "client".repeat(700);

  private DamagedFolders() {}

  /** Appends {@link #MESSAGES} messages to {@link #SESSIONS} sessions of a new agent. */
  public static Agent fill(Store store) {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    append(store, agent, 0, MESSAGES / 2);
    for (int i = 0; i < KEYS; i += KEYS_AT_ONCE) {
      CompletableFuture<?>[] keys =
          IntStream.range(0, KEYS_AT_ONCE)
              .mapToObj(j -> store.createApiKey(largeKey(agent), AuditContexts.any()))
              .toArray(CompletableFuture[]::new);
      CompletableFuture.allOf(keys).join();
    }
    append(store, agent, MESSAGES / 2, MESSAGES);
    return agent;
  }

  private static ApiKey largeKey(Agent agent) {
    ApiKey key = Agents.agentKey(agent);
    return new ApiKey(
        key.keyId(),
        key.secretHash(),
        key.owner(),
        key.agentId(),
        key.scopes(),
        CLIENT,
        key.createTime(),
        null,
        null,
        null);
  }

  private static void append(Store store, Agent agent, int from, int to) {
    for (int i = from; i < to; i++) {
      var appended = store.append(append(agent, i, "message " + i)).join();
    }
  }

  private static Append append(Agent agent, int number, String text) {
    String key = "k" + number % SESSIONS;
    return new Append(
        new SessionRef.ByKey(agent.agentId(), key, null),
        Sessions.of(agent.agentId(), key),
        OptionalLong.empty(),
        List.of(Sessions.draft(UUID.randomUUID().toString(), Role.USER, Content.text(text))),
        AuditContexts.TIME);
  }

  /** The number of messages in the sessions of an agent. */
  public static long messages(Store store, Agent agent) {
    return store
        .listSessions(
            new SessionQuery(
                SessionFilter.ofAgent(agent.agentId()),
                SessionOrder.UPDATE_TIME_DESC,
                null,
                SESSIONS + 1,
                Long.MAX_VALUE),
            Cancellation.NONE)
        .join()
        .stream()
        .mapToLong(session -> session.messageCount())
        .sum();
  }

  public static List<Path> logs(Path folder) throws IOException {
    return LogFile.list(RocksDbFolder.filesOf(folder));
  }

  public static List<Path> tables(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(RocksDbFolder.filesOf(folder))) {
      return files.filter(file -> file.toString().endsWith(".sst")).sorted().toList();
    }
  }

  /** The files whose name starts with {@code prefix}. */
  public static List<Path> files(Path folder, String prefix) throws IOException {
    try (Stream<Path> files = Files.list(RocksDbFolder.filesOf(folder))) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  /** Copies a data folder without its lock. */
  public static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (!path.endsWith("parley.lock")) {
          Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  /** Copies the folder of a running store, as if its process was killed at one moment. */
  public static void copyRunning(Path from, Path to) throws IOException {
    String before;
    do {
      if (Files.exists(to)) {
        delete(to);
      }
      before = sizes(from);
      copy(from, to);
      // A flush or compaction may have changed files meanwhile.
    } while (!sizes(from).equals(before) || !sizes(to).equals(before));
  }

  private static String sizes(Path folder) throws IOException {
    StringBuilder sizes = new StringBuilder();
    try (Stream<Path> files = Files.list(RocksDbFolder.filesOf(folder))) {
      for (Path file : files.sorted().toList()) {
        if (RocksDbFolder.isFileName(file.getFileName().toString())) {
          sizes.append(file.getFileName()).append(' ').append(Files.size(file)).append('\n');
        }
      }
    } catch (NoSuchFileException e) {
      return "";
    }
    return sizes.toString();
  }

  public static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The names and checksums of all files that hold data. */
  static String fingerprint(Path folder) throws IOException {
    if (!Files.isDirectory(RocksDbFolder.filesOf(folder))) {
      return "";
    }
    try (Stream<Path> files = Files.list(RocksDbFolder.filesOf(folder))) {
      return files
          .filter(file -> RocksDbFolder.isFileName(file.getFileName().toString()))
          .sorted()
          .map(file -> file.getFileName() + " " + Folders.checksum(file))
          .collect(Collectors.joining("\n"));
    }
  }
}
