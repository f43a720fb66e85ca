package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import dev.parley.wire.EveryRoute.Request;
import dev.parley.wire.IsolationData.Caller;
import dev.parley.wire.IsolationData.Snapshot;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Uses random data sets. No API shows or changes a session that its caller may not see, and each
 * shows all sessions that its caller may see.
 */
class IsolationTest {
  private static ServerFixture server;

  @BeforeAll
  static void start(@TempDir Path folder) {
    server =
        ServerFixture.in(folder)
            .flag(Setting.RATE_LIMIT, "off")
            .flag(Setting.JWT_HS256_SECRET, Tokens.SECRET)
            .flag(Setting.JWT_OWNER, IsolationData.TRUSTING)
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void reads_showWhatTheCallerSeesAndNothingElse(long seed) {
    IsolationData world = new IsolationData(server, seed);
    Map<UUID, Snapshot> all = world.snapshots();
    for (Caller caller : world.callers()) {
      Set<UUID> shown = new HashSet<>();
      for (Agent agent : world.agents()) {
        for (Request list : EveryRoute.lists(agent.agentId())) {
          HttpResponse<String> answer = send(list, caller);
          assertShowsOnly(answer, list, caller, all);
          all.keySet().stream().filter(id -> answer.body().contains(id + "")).forEach(shown::add);
        }
      }
      for (Snapshot each : all.values()) {
        Session session = each.session();
        if (caller.sees().test(session)) {
          assertThat(shown).as("%s lists %s", caller, session).contains(session.sessionId());
        }
        for (Request read : EveryRoute.reads(session)) {
          assertRead(send(read, caller), read, caller, session, all);
        }
      }
    }
  }

  private static void assertRead(
      HttpResponse<String> answer,
      Request read,
      Caller caller,
      Session session,
      Map<UUID, Snapshot> all) {
    assertShowsOnly(answer, read, caller, all);
    boolean sees =
        read.path().startsWith("/api/v2/")
            ? caller.seesOfClient(session)
            : caller.sees().test(session);
    if (read.names() && !sees) {
      assertThat(answer.statusCode())
          .as("%s as %s: %s", read, caller, answer.body())
          .isIn(403, 404);
    }
    if (sees && !session.isArchived()) {
      assertThat(answer.statusCode())
          .as("%s as %s: %s", read, caller, answer.body())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void writes_leaveAloneWhatTheCallerDoesNotSee(long seed) {
    IsolationData world = new IsolationData(server, seed);
    Caller[] callers = world.callers().toArray(Caller[]::new);
    Map<UUID, Snapshot> before = world.snapshots();
    for (Snapshot each : List.copyOf(before.values())) {
      for (Request write : EveryRoute.writes(each.session())) {
        Caller caller = world.pick(callers);

        HttpResponse<String> answer = send(write, caller);

        assertShowsOnly(answer, write, caller, before);
        assertThat(answer.statusCode()).as("%s: %s", write, answer.body()).isNotEqualTo(500);
        Map<UUID, Snapshot> after = world.snapshots();
        assertLeftAlone(before, after, caller, write);
        before = after;
      }
    }
  }

  private static void assertLeftAlone(
      Map<UUID, Snapshot> before, Map<UUID, Snapshot> after, Caller caller, Request write) {
    before.forEach(
        (id, snapshot) -> {
          if (!caller.sees().test(snapshot.session())) {
            assertThat(after.get(id)).as("%s as %s", write, caller).isEqualTo(snapshot);
          }
        });
    after.forEach(
        (id, snapshot) ->
            assertThat(before.containsKey(id) || caller.sees().test(snapshot.session()))
                .as("%s as %s made %s", write, caller, snapshot)
                .isTrue());
  }

  /**
   * The contents of a session contain its id. The path may contain the id as well, and an error may
   * repeat it.
   */
  private static void assertShowsOnly(
      HttpResponse<String> answer, Request request, Caller caller, Map<UUID, Snapshot> all) {
    for (Snapshot each : all.values()) {
      String id = each.session().sessionId().toString();
      if (!caller.sees().test(each.session())) {
        String forbidden = request.path().contains(id) ? "of " + id : id;
        assertThat(answer.body()).as("%s as %s", request, caller).doesNotContain(forbidden);
      }
    }
  }

  private static HttpResponse<String> send(Request request, Caller caller) {
    return server.send(request.method(), request.path(), caller.token(), request.body());
  }
}
