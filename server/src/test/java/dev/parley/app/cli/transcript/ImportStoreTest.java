package dev.parley.app.cli.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import dev.parley.app.Main;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.storage.postgres.PostgresSettings;
import dev.parley.storage.postgres.PostgresStores;
import dev.parley.storage.rocksdb.RocksDbSettings;
import dev.parley.storage.rocksdb.RocksDbStores;
import dev.parley.testing.AcknowledgedWrites;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code parley import --store}: an import into a store that no server has open. */
class ImportStoreTest {
  @TempDir private Path work;

  private String url;

  private ServerFixture server() {
    return ServerFixture.over(
            () ->
                url == null
                    ? RocksDbStores.open(work.resolve("data"), RocksDbSettings.DEFAULTS)
                    : PostgresStores.open(url, PostgresSettings.DEFAULTS))
        .start();
  }

  @Test
  void sessions_intoAFolder_keepTimesAndLabels() throws IOException {
    sessionsKeepTimesAndLabels();

    assertThat(Main.run("check", "--data", store())).isZero();
  }

  @Test
  void sessions_intoADatabase_keepTimesAndLabels() throws IOException {
    url = PostgresServer.shared().newDatabase();

    sessionsKeepTimesAndLabels();

    assertThat(Main.run("check", "--store", store())).isZero();
  }

  private void sessionsKeepTimesAndLabels() throws IOException {
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
        {"session":{"key":"ttl","ttl":"86400s","labels":{"team":"a b","x":""},\
        "createTime":"2024-01-01T00:00:00Z","updateTime":"2024-01-01T00:00:01Z"}}
        {"key":"ttl","message":{"messageId":"1","role":"USER","content":"x",\
        "createTime":"2024-01-01T00:00:01.000001Z"}}
        """);

    String[] command = {
      "import", folder.toString(), "--agent", agent.toString(), "--store", store(),
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
      assertLabels(server, agent);
      assertLabelsSurviveExport(server, agent);
    }
  }

  private void assertLabels(ServerFixture server, UUID agent) {
    List<Session> found =
        SessionServiceGrpc.newBlockingStub(server.channel(server.rootKey()))
            .listSessions(
                ListSessionsRequest.newBuilder()
                    .setAgentId(agent.toString())
                    .setFilter("labels.team = \"a b\"")
                    .setOrderBy("create_time")
                    .build())
            .getSessionsList();
    assertThat(found).extracting(Session::getKey).containsExactly("ttl");
    assertThat(found.get(0).getLabelsMap()).isEqualTo(Map.of("team", "a b", "x", ""));
  }

  /** An export of another agent's sessions has their labels, too. */
  private void assertLabelsSurviveExport(ServerFixture server, UUID agent) {
    Path file = work.resolve("export.jsonl");
    UUID other = server.agent("acme");
    String[] access = {
      "--server", "http://127.0.0.1:" + server.port(), "--key", server.rootKey(), "--agent"
    };
    assertThat(run("export", file, access, agent)).isZero();
    assertThat(run("import", file, access, other)).isZero();
    assertLabels(server, other);
  }

  private static int run(String command, Path file, String[] access, UUID agent) {
    List<String> arguments = new ArrayList<>(List.of(command, file.toString()));
    arguments.addAll(List.of(access));
    arguments.add(agent.toString());
    return Main.run(arguments.toArray(String[]::new));
  }

  @Test
  void noStore_refused() {
    assertThat(Main.run("import", work.toString(), "--agent", "a", "--store", "nowhere"))
        .isEqualTo(2);
  }

  private String store() {
    return url == null ? work.resolve("data").toString() : url;
  }

  private static String times(Session session) {
    return Timestamps.toString(session.getCreateTime())
        + " "
        + Timestamps.toString(session.getUpdateTime());
  }
}
