package dev.parley.app.cli.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.Setting;
import dev.parley.model.audit.AuditEntry;
import dev.parley.proto.v1.CreateBackupRequest;
import dev.parley.proto.v1.CreateBackupResponse;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import dev.parley.storage.Append;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import dev.parley.storage.StoreCounts;
import dev.parley.storage.backup.BackupReader;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.query.AuditQuery;
import dev.parley.storage.rocksdb.RocksDbFolder;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.Agents;
import dev.parley.testing.Appenders;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.CheckFindings;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.SampleData;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Sessions;
import dev.parley.testing.Waiting;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code CreateBackup} over a socket. It always uses the embedded store. */
@Timeout(120)
class BackupWireTest {
  @TempDir Path temp;

  /**
   * A backup has all messages that were acknowledged before it began, without gaps. Appends
   * continue during the backup.
   */
  @Test
  void backup_underAppends_holdsAllThatWasAcknowledgedBefore() throws IOException {
    AcknowledgedWrites before = new AcknowledgedWrites();
    Path file = temp.resolve("backup.zip");
    UUID agentId;
    String rootKey;
    try (ServerFixture server = embedded().start()) {
      agentId = server.agent("acme");
      rootKey = server.rootKey();
      Appenders first = new Appenders(agentId, 8, before);
      ManagedChannel cut =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
      first.start(withKey(cut, rootKey));
      Waiting.until(() -> before.count() > 300, () -> "no appends");
      cut.shutdownNow();
      first.awaitFailures();
      UUID others = server.agent("others");
      AcknowledgedWrites during = new AcknowledgedWrites();
      Appenders appenders = new Appenders(others, 4, during);
      appenders.start(server.channel(rootKey));
      Waiting.until(() -> during.count() > 20, () -> "no appends");
      int begun = during.count();

      fetch(server, file);

      Waiting.until(() -> during.count() > begun, () -> "no appends beside the backup");
      assertThat(checkpoint()).doesNotExist();
      server.close();
      appenders.awaitFailures();
    }

    Path restored = restore(file);
    assertThat(audited(restored)).startsWith("backup.create by root over grpc");
    assertThat(CheckFindings.of(RocksDbFolder.take(restored))).isEmpty();
    try (ServerFixture server =
        ServerFixture.over(() -> RocksDbStores.open(restored, RocksDbSettings.DEFAULTS)).start()) {
      before.verify(server.channel(server.rootKey()), agentId);
      assertThat(before.count()).isGreaterThan(300);
    }
  }

  /** The audit entry of a backup is recorded before the backup begins, so it is part of it. */
  private static List<String> audited(Path restored) {
    try (Store store = RocksDbStores.open(restored, RocksDbSettings.DEFAULTS)) {
      return store.listAuditEntries(AuditQuery.all(null, 10), Cancellation.NONE).join().stream()
          .map(AuditEntry::toString)
          .map(
              entry ->
                  entry.replaceAll(
                      ".*action=([\\w.]+), .*identity=(\\w+), .*transport=(\\w+), .*",
                      "$1 by $2 over $3"))
          .toList();
    }
  }

  @Test
  void backup_second_refusedWhileOneGoesOnAndAdmittedAfter() throws IOException {
    try (ServerFixture server = filled().start()) {
      Stalled first = new Stalled(server.channel(server.rootKey()));
      first.take(1);

      assertThatThrownBy(() -> fetch(server, temp.resolve("second.zip")))
          .isInstanceOf(StatusRuntimeException.class)
          .hasMessageContaining("ABORTED: Another backup is running");

      first.call.cancel("enough", null);
      Waiting.until(() -> !Files.exists(checkpoint()), () -> "a checkpoint that stays");
      Waiting.until(() -> isWhole(server), () -> "no backup after the cancelled one");
    }
  }

  /** The timeout of unary calls is one second here. The caller of the backup is slower. */
  @Test
  void backup_longerThanTheRequestTimeout_isWhole() throws IOException {
    try (ServerFixture server = filled().flag(Setting.REQUEST_TIMEOUT_SECONDS, "1").start()) {
      Stalled slow = new Stalled(server.channel(server.rootKey()));
      slow.take(1);
      long end = System.nanoTime() + 1_700_000_000L;
      Waiting.until(() -> System.nanoTime() > end, () -> "time stands still");
      slow.call.request(Integer.MAX_VALUE);

      Waiting.until(() -> slow.status.get() != null, () -> "a call that does not end");
      assertThat(slow.status.get().isOk()).as("%s", slow.status.get()).isTrue();
    }
  }

  /** A caller that reads nothing does not prevent the server from stopping. */
  @Test
  void stop_duringABackup_endsItAndLeavesNoCheckpoint() throws IOException {
    ServerFixture server = filled().start();
    // A connection that the fixture does not close, so that the server has to.
    ManagedChannel own =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      Stalled stalled = new Stalled(withKey(own, server.rootKey()));
      try (server) {
        stalled.take(1);
        assertThat(checkpoint()).exists();
      }

      // A client sees the end only after all earlier data.
      stalled.call.request(Integer.MAX_VALUE);
      Waiting.until(() -> stalled.status.get() != null, () -> "a call that does not end");
      assertThat(stalled.status.get().isOk()).isFalse();
      Waiting.until(() -> !Files.exists(checkpoint()), () -> "a checkpoint that stays");
    } finally {
      own.shutdownNow();
    }
  }

  @Test
  void start_checkpointOfAProcessThatDied_isRemoved() throws IOException {
    embedded().start().close();
    Files.createDirectory(checkpoint());
    Files.writeString(checkpoint().resolve("CURRENT"), "MANIFEST-1\n");

    embedded().start().close();

    assertThat(checkpoint()).doesNotExist();
  }

  @Test
  void backup_onPostgres_refusedSayingWhatToDo() {
    String url = PostgresServer.shared().newDatabase();
    try (ServerFixture server =
        ServerFixture.over(() -> PostgresStores.open(url, PostgresSettings.DEFAULTS)).start()) {
      assertThatThrownBy(() -> fetch(server, temp.resolve("none.zip")))
          .hasMessageContaining("FAILED_PRECONDITION")
          .hasMessageContaining("pg_dump");
    }
    assertThat(temp).isEmptyDirectory();
  }

  private static Channel withKey(Channel channel, String key) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private ServerFixture.Setup embedded() {
    return ServerFixture.over(
        () -> RocksDbStores.open(temp.resolve("data"), RocksDbSettings.DEFAULTS));
  }

  /** The store has more data than fits into the buffers between server and caller. */
  private ServerFixture.Setup filled() {
    Path data = temp.resolve("data");
    try (Store store = RocksDbStores.open(data, RocksDbSettings.DEFAULTS)) {
      SampleData.fill(store, 1, 1, 10);
      UUID agentId = store.createAgent(Agents.of("big"), AuditContexts.any()).join().agentId();
      var big = store.createSession(Sessions.of(agentId)).join();
      byte[] noise = new byte[700_000];
      for (int i = 0; i < 12; i++) {
        new Random(i).nextBytes(noise);
        String text = Base64.getEncoder().encodeToString(noise);
        var appended =
            store
                .append(
                    new Append(
                        Sessions.ref(big),
                        null,
                        OptionalLong.empty(),
                        List.of(Sessions.draft(text)),
                        big.createTime()))
                .join();
      }
    }
    return embedded();
  }

  private Path checkpoint() {
    return temp.resolve("data/checkpoint");
  }

  private boolean isWhole(ServerFixture server) {
    try {
      fetch(server, temp.resolve(UUID.randomUUID() + ".zip"));
      return true;
    } catch (StatusRuntimeException | IOException e) {
      return false;
    }
  }

  private static StoreCounts fetch(ServerFixture server, Path file) throws IOException {
    Iterator<CreateBackupResponse> chunks =
        MaintenanceServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .createBackup(CreateBackupRequest.getDefaultInstance());
    try (PartialFile target = PartialFile.begin(file, false)) {
      while (chunks.hasNext()) {
        chunks.next().getData().writeTo(target.out());
      }
      return BackupFile.finish(target);
    }
  }

  private Path restore(Path file) throws IOException {
    Path folder = temp.resolve("restored");
    try (BackupReader reader = BackupReader.open(file, RocksDbFolder::isFileName)) {
      BackupRestorer.restore(reader, folder, more -> {});
    }
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "backup.zip", "restored");
    }
    return folder;
  }

  /** A caller that reads only on demand. */
  private static final class Stalled extends ClientCall.Listener<CreateBackupResponse> {
    final ClientCall<CreateBackupRequest, CreateBackupResponse> call;
    final AtomicInteger taken = new AtomicInteger();
    final AtomicReference<Status> status = new AtomicReference<>();

    Stalled(Channel channel) {
      call = channel.newCall(MaintenanceServiceGrpc.getCreateBackupMethod(), CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.sendMessage(CreateBackupRequest.getDefaultInstance());
      call.halfClose();
    }

    void take(int count) {
      call.request(count);
      Waiting.until(() -> taken.get() >= count, () -> "nothing comes: " + status.get());
    }

    @Override
    public void onMessage(CreateBackupResponse message) {
      taken.incrementAndGet();
    }

    @Override
    public void onClose(Status ended, Metadata trailers) {
      status.set(ended);
    }
  }
}
