package dev.parley.campaign.round;

import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/**
 * The newest log of a killed server ends with a part of a record, or is cut. An incomplete record
 * was never acknowledged, so the server starts with a warning.
 */
final class TornFileRound implements Round {
  private static final String WARNING = "It was never acknowledged and is discarded";
  private static final int RECORD_BYTES_MIN = 20;

  @Override
  public String name() {
    return "torn write-ahead log, RocksDB";
  }

  @Override
  public void run(RoundContext context) throws IOException {
    CrashedFolder crashed = CrashedFolder.create(context);
    crashed.damage(folder -> addIncompleteRecord(context, folder), WARNING);
    crashed.damage(folder -> cut(context, folder, true), "");
    crashed.damage(folder -> cut(context, folder, false), "");
    ServerLives.verify(context, crashed.load(), Engine.ROCKSDB.open());
  }

  private static Path newestLog(Path folder) throws IOException {
    List<Path> logs = DamagedFolders.logs(folder);
    return logs.get(logs.size() - 1);
  }

  /** The beginning of the log is a complete record and a part of the next one. */
  private static String addIncompleteRecord(RoundContext context, Path folder) throws IOException {
    Path log = newestLog(folder);
    byte[] bytes = Files.readAllBytes(log);
    int length = RECORD_BYTES_MIN + context.random().nextInt(RECORD_BYTES_MIN);
    Files.write(log, Arrays.copyOf(bytes, length), StandardOpenOption.APPEND);
    return "%s with %d more bytes".formatted(log.getFileName(), length);
  }

  private static String cut(RoundContext context, Path folder, boolean little) throws IOException {
    Path log = newestLog(folder);
    long size = Files.size(log);
    long cut = 1 + context.random().nextLong(little ? Math.min(size, 100) : size);
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(size - cut);
    }
    return "%s of %d bytes without the last %d".formatted(log.getFileName(), size, cut);
  }
}
