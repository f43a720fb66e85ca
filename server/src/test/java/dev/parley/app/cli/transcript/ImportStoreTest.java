package dev.parley.app.cli.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.parley.app.Main;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley import --store}: an import into a store that no server has open. */
class ImportStoreTest {
  @TempDir private Path work;

  private ServerFixture server() {
    return ServerFixture.over(
            () -> RocksDbStores.open(work.resolve("data"), RocksDbSettings.DEFAULTS))
        .start();
  }

  @Test
  void sessions_keepCreationAndUpdateTimes() throws IOException {
    UUID agent;
    try (ServerFixture server = server()) {
      agent = server.agent("acme");
    }
    Path folder = Files.createDirectory(work.resolve("in"));
    Files.writeString(
        folder.resolve("one.jsonl"),
        """
        {"type":"session","version":3,"id":"one","timestamp":"2024-01-02T03:04:05.100Z"}
        {"type":"message","id":"a","parentId":null,"timestamp":"2024-01-02T03:04:06Z",\
        "message":{"role":"user","content":"x","timestamp":1704164646250}}
        """);
    Files.copy(
        folder.resolve("one.jsonl"), folder.resolve("two.jsonl.reset.2024-02-03T04-05-06.700Z"));
    Files.writeString(
        folder.resolve("ttl.jsonl"),
        """
        {"session":{"key":"ttl","ttl":"86400s","createTime":"2024-01-01T00:00:00Z",\
        "updateTime":"2024-01-01T00:00:01Z"}}
        {"key":"ttl","message":{"messageId":"1","role":"USER","content":"x",\
        "createTime":"2024-01-01T00:00:01.000001Z"}}
        """);

    String[] command = {
      "import", folder.toString(), "--agent", agent.toString(), "--store", data(),
    };
    assertThat(Main.run(command)).isZero();
    assertThat(Main.run(command)).isZero();

    try (ServerFixture server = server()) {
      var calls = SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()));
      List<Session> active =
          calls
              .listSessions(ListSessionsRequest.newBuilder().setAgentId(agent.toString()).build())
              .getSessionsList();
      List<Session> archives =
          calls
              .listArchives(ListArchivesRequest.newBuilder().setAgentId(agent.toString()).build())
              .getArchivesList();
      assertThat(active).extracting(Session::getKey).containsExactly("ttl", "one");
      Session one = active.get(1);
      assertThat(times(one)).isEqualTo("2024-01-02T03:04:05.100Z 2024-01-02T03:04:06.250Z");
      List<ChatMessage> messages = AcknowledgedWrites.messages(calls, one);
      assertThat(Timestamps.toString(messages.get(0).getClientTime()))
          .isEqualTo("2024-01-02T03:04:06.250Z");
      assertThat(archives).hasSize(1);
      assertThat(times(archives.get(0))).isEqualTo(times(one));
      // With its own update time, it would expire at once.
      assertThat(times(active.get(0))).startsWith("2024-01-01T00:00:00Z 2").doesNotContain(" 2024");
      ChatMessage old = AcknowledgedWrites.messages(calls, active.get(0)).get(0);
      assertThat(Timestamps.toString(old.getClientTime())).isEqualTo("2024-01-01T00:00:01.000001Z");
    }
    assertThat(Main.run("check", "--data", data())).isZero();
  }

  @Test
  void noStore_refused() {
    assertThat(Main.run("import", work.toString(), "--agent", "a", "--store", "nowhere"))
        .isEqualTo(2);
  }

  private String data() {
    return work.resolve("data").toString();
  }

  private static String times(Session session) {
    return Timestamps.toString(session.getCreateTime())
        + " "
        + Timestamps.toString(session.getUpdateTime());
  }
}
