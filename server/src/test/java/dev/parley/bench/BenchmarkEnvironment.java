package dev.parley.bench;

import dev.parley.storage.Store;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.Folders;
import dev.parley.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The processes of a benchmark: the packaged server, and the contenders that it is compared with.
 */
final class BenchmarkEnvironment implements AutoCloseable {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final ServerProcess server;
  private final Contenders sides;

  /**
   * Prepares the data and starts all processes.
   *
   * @param work the folder for data and output
   */
  BenchmarkEnvironment(Path work) throws IOException {
    try {
      Path served = work.resolve("data");
      Data data = Preparation.fill(served);
      Path bare = work.resolve("store");
      Folders.copy(served, bare);
      Store store = keep(RocksDbStores.open(bare, RocksDbSettings.DEFAULTS));
      // The bare store has no index either. SearchBench measures what the index costs.
      server = keep(ServerProcess.startInJvm(work, List.of(), "--search", "off"));
      String key = server.rootKey();
      GrpcCalls grpc = keep(new GrpcCalls(server.port(), key));
      RestCalls rest = keep(new RestCalls(server.port(), key));
      Path answers = Files.createDirectory(work.resolve("answers"));
      LimitProcess limit =
          keep(LimitProcess.start(work, LimitAnswers.take(answers, grpc, rest, data)));
      sides =
          new Contenders(
              grpc,
              rest,
              new StoreCalls(store),
              keep(new GrpcCalls(limit.port(), key)),
              keep(new RestCalls(limit.port(), key)),
              data,
              ListPosition.deep(grpc, data.large()),
              () -> OptionalDouble.of(server.cpuMicros()));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  Contenders sides() {
    return sides;
  }

  /** The server, with connections of its own. */
  GrpcCalls otherConnections() {
    return keep(new GrpcCalls(server.port(), server.rootKey()));
  }

  private <T extends AutoCloseable> T keep(T resource) {
    open.push(resource);
    return resource;
  }

  @Override
  public void close() {
    for (AutoCloseable resource : open) {
      try {
        resource.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
