package dev.parley.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.DeleteMessageRequest;
import dev.parley.proto.v1.GetMessageRequest;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.SearchMessagesRequest;
import dev.parley.proto.v1.SearchMessagesResponse;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search index of a server that is killed, and of one whose index is damaged. */
class SearchCrashIT {
  @TempDir private Path work;
  private String agent;

  private String append(ServerProcess server, String key, String text) {
    return SessionServiceGrpc.newBlockingStub(server.channel())
        .appendMessages(
            AppendMessagesRequest.newBuilder()
                .setAgentId(agent)
                .setKey(key)
                .setCreateIfMissing(true)
                .addMessages(
                    ChatMessage.newBuilder()
                        .setRole(ChatMessage.Role.USER)
                        .setContent(Content.newBuilder().setText(text)))
                .build())
        .getSession()
        .getSessionId();
  }

  private SearchMessagesResponse search(ServerProcess server, String query) {
    return SearchServiceGrpc.newBlockingStub(server.channel())
        .searchMessages(
            SearchMessagesRequest.newBuilder()
                .setAgentId(agent)
                .setQuery(query)
                .setPageSize(100)
                .build());
  }

  /** Waits until all stored messages can be found, and returns the texts of the found messages. */
  private Set<String> found(ServerProcess server, String query) {
    Instant now = Instant.now();
    Waiting.until(
        () -> {
          SearchMessagesResponse any = search(server, query);
          return any.hasIndexedThrough()
              && any.getIndexedThrough().getSeconds() > now.getEpochSecond();
        },
        server::err);
    List<String> texts =
        search(server, query).getResultsList().stream()
            .map(result -> result.getSnippet().getText())
            .toList();
    Set<String> distinct = new TreeSet<>(texts);
    assertThat(texts).hasSameSizeAs(distinct);
    return distinct;
  }

  @Test
  void killedServer_findsAgainWhatWasStored() {
    Set<String> stored = new TreeSet<>();
    ServerProcess server = ServerProcess.start(work);
    try {
      agent = server.agent().toString();
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 20; i++) {
          String text = "fox %d of round %d".formatted(i, round);
          append(server, "session " + i % 4, text);
          stored.add(text);
        }
        server.kill();
        server.close();
        server = ServerProcess.start(work);
        assertThat(found(server, "fox")).isEqualTo(stored);
      }
    } finally {
      server.close();
    }
  }

  @Test
  void stoppedServer_hasACompleteIndex() {
    try (ServerProcess server = ServerProcess.start(work)) {
      agent = server.agent().toString();
      append(server, "k", "fox");
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(found(server, "fox")).containsExactly("fox");
      assertThat(server.out() + server.err()).doesNotContain("was compared with the store");
    }
  }

  @Test
  void damagedIndex_isBuiltAgain() throws IOException {
    try (ServerProcess server = ServerProcess.start(work)) {
      agent = server.agent().toString();
      String session = append(server, "k", "first fox");
      append(server, "k", "second fox");
      var unused =
          MessageServiceGrpc.newBlockingStub(server.channel())
              .deleteMessage(
                  DeleteMessageRequest.newBuilder()
                      .setAgentId(agent)
                      .setSessionId(session)
                      .setMessageId(firstId(server, session))
                      .build());
      assertThat(found(server, "fox")).containsExactly("second fox");
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    try (Stream<Path> files = Files.list(work.resolve("data").resolve("search"))) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith("segments_")) {
          Files.writeString(file, "damaged");
        }
      }
    }
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(found(server, "fox")).containsExactly("second fox");
      assertThat(server.out() + server.err()).contains("is built again from the store");
    }
  }

  @Test
  void rebuiltIndex_isComplete() {
    try (ServerProcess server = ServerProcess.start(work)) {
      agent = server.agent().toString();
      append(server, "k", "fox");
      Result inUse = ParleyProcess.run(work, Map.of(), "index", "rebuild", "--data", "data");
      assertThat(inUse.exitCode()).isEqualTo(2);
      server.terminate();
      assertThat(server.awaitExit()).isZero();
    }
    Result rebuilt = ParleyProcess.run(work, Map.of(), "index", "rebuild", "--data", "data");
    assertThat(rebuilt.err()).isEmpty();
    assertThat(rebuilt.out()).isEqualTo("Built the search index of data: 1 session.\n");
    assertThat(rebuilt.exitCode()).isZero();
    try (ServerProcess server = ServerProcess.start(work)) {
      assertThat(found(server, "fox")).containsExactly("fox");
      assertThat(server.out() + server.err()).doesNotContain("was compared with the store");
    }
  }

  private String firstId(ServerProcess server, String session) {
    return MessageServiceGrpc.newBlockingStub(server.channel())
        .getMessage(
            GetMessageRequest.newBuilder()
                .setAgentId(agent)
                .setSessionId(session)
                .setSequence(1)
                .build())
        .getMessageId();
  }
}
