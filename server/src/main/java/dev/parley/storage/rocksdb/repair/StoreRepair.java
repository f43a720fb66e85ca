package dev.parley.storage.rocksdb.repair;

import dev.parley.storage.StoreCounts;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.files.FolderLock;
import dev.parley.storage.transfer.StoreTransfer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is left of a damaged store and writes it to a new one, which builds its indexes from
 * what it receives. Holds agents and keys in memory, and a few megabytes of everything else.
 */
public final class StoreRepair implements AutoCloseable {
  private final FolderLock lock;
  private final DamagedDatabase source;
  private final Instant now;
  private final TargetWriter target;
  private final Loss.Receiver losses;
  private final DirectoryRebuilder directory;
  private long sessions;
  private long messages;
  private long placeholders;
  private long runs;

  private StoreRepair(
      FolderLock lock,
      DamagedDatabase source,
      StoreTransfer target,
      Instant now,
      Loss.Receiver losses) {
    this.lock = lock;
    this.source = source;
    this.now = now;
    this.losses = losses;
    this.target = new TargetWriter(target, losses);
    directory = new DirectoryRebuilder(source, this.target, losses);
  }

  /**
   * What a repair wrote.
   *
   * @param counts the contents of the new store
   * @param placeholders the number of messages that stand for lost ones
   * @param auditEntries the number of audit entries
   */
  public record Result(StoreCounts counts, long placeholders, long auditEntries) {
    /** Whether anything at all could be read. */
    public boolean isEmpty() {
      return counts.agents() + counts.apiKeys() + counts.sessions() + auditEntries == 0;
    }
  }

  /**
   * Opens copies of the files of a damaged store. The originals are only read. No server can start
   * on the data folder until this is closed.
   *
   * @param dataFolder the data folder
   * @param databaseFolder the folder of the database within it
   * @param workFolder an empty folder for the copies; tables are linked if possible
   * @param target an empty store
   * @param now the create time of agents that are lost
   * @param damage receives the file and the reason if a server would not start
   * @param losses receives everything that is lost
   * @throws StoreUnavailableException if there is no store, another process uses the folder, or
   *     nothing can be read
   */
  public static StoreRepair open(
      Path dataFolder,
      Path databaseFolder,
      Path workFolder,
      StoreTransfer target,
      Instant now,
      BiConsumer<String, String> damage,
      Loss.Receiver losses)
      throws IOException {
    OriginalFiles original = new OriginalFiles(dataFolder, databaseFolder);
    if (!original.exist()) {
      throw new StoreUnavailableException("no Parley store found in " + dataFolder);
    }
    FolderLock lock = FolderLock.takeForReading(dataFolder);
    try {
      DamagedDatabase source = DamagedDatabase.open(original, workFolder, damage, losses);
      return new StoreRepair(lock, source, target, now, losses);
    } catch (Throwable e) {
      lock.close();
      throw e;
    }
  }

  /** Writes the new store. */
  public Result run() {
    directory.rebuild();
    try (TolerantScan rows = source.scan(ColumnFamily.SESSIONS, new byte[0]);
        TolerantScan details = source.scan(ColumnFamily.DETAILS, new byte[0]);
        TolerantScan ofMessages = source.scan(ColumnFamily.MESSAGES, new byte[0]);
        TolerantScan ofRuns = source.scan(ColumnFamily.RUNS, new byte[0]);
        TolerantScan contexts = source.scan(ColumnFamily.CONTEXTS, new byte[0])) {
      for (byte[] row = first(rows, ofMessages, ofRuns);
          row != null;
          row = first(rows, ofMessages, ofRuns)) {
        rebuild(row, rows, details, ofMessages, ofRuns, contexts);
      }
    }
    target.flush();
    long auditEntries = directory.rebuildAuditLog();
    return new Result(
        new StoreCounts(directory.agentCount(), directory.apiKeyCount(), sessions, messages, runs),
        placeholders,
        auditEntries);
  }

  /** The first session that any scan is at; null at the end of all. */
  private static byte @Nullable [] first(TolerantScan... scans) {
    return Stream.of(scans)
        .filter(scan -> scan.key() != null)
        .map(SessionRebuilder::rowOf)
        .min(Arrays::compareUnsigned)
        .orElse(null);
  }

  private void rebuild(
      byte[] row,
      TolerantScan rows,
      TolerantScan details,
      TolerantScan ofMessages,
      TolerantScan ofRuns,
      TolerantScan contexts) {
    SessionRebuilder session = new SessionRebuilder(row, target, losses);
    if (!session.readRow(rows, details) && source.isComplete(ColumnFamily.SESSIONS)) {
      // Remains of an interrupted copy.
      SessionRebuilder.skip(ofMessages, row);
      SessionRebuilder.skip(ofRuns, row);
      return;
    }
    directory.requireAgent(session.agentId(), now);
    session.copyMessages(ofMessages);
    session.copyRuns(ofRuns, contexts);
    if (session.isEmpty()) {
      return;
    }
    target.session(session.session());
    sessions++;
    messages += session.messages();
    placeholders += session.placeholders();
    runs += session.runs();
  }

  @Override
  public void close() {
    source.close();
    lock.close();
  }
}
