package dev.parley.campaign.round;

import dev.parley.storage.rocksdb.recovery.DamagedFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One bit of a log, a table or the manifest of a killed server is flipped. The server refuses to
 * start, or reads that need the damaged block of a table fail, or nothing is affected.
 */
final class FlippedBitRound implements Round {
  private static final int TABLES = 2;

  @Override
  public String name() {
    return "flipped bit, and repair, RocksDB";
  }

  @Override
  public void run(RoundContext context) throws IOException {
    CrashedFolder crashed = CrashedFolder.create(context);
    crashed.damage(folder -> flip(context, DamagedFolders.logs(folder)), "");
    crashed.damage(folder -> flip(context, DamagedFolders.files(folder, "MANIFEST-")), "");
    for (int i = 0; i < TABLES; i++) {
      crashed.damage(folder -> flip(context, DamagedFolders.tables(folder)), "");
    }
    ServerLives.verify(context, crashed.load(), Engine.ROCKSDB.open());
  }

  private static String flip(RoundContext context, List<Path> files) throws IOException {
    List<Path> notEmpty = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) > 0) {
        notEmpty.add(file);
      }
    }
    Path file = notEmpty.get(context.random().nextInt(notEmpty.size()));
    byte[] bytes = Files.readAllBytes(file);
    int at = context.random().nextInt(bytes.length);
    int bit = context.random().nextInt(Byte.SIZE);
    bytes[at] ^= (byte) (1 << bit);
    Files.write(file, bytes);
    return "%s with bit %d of byte %d flipped".formatted(file.getFileName(), bit, at);
  }
}
