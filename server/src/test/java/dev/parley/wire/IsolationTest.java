package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.model.Session;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Tokens;
import dev.parley.wire.EveryRoute.Request;
import dev.parley.wire.IsolationData.Caller;
import dev.parley.wire.IsolationData.Snapshot;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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
      List<Request> lists = new ArrayList<>(EveryRoute.listsOfAgents());
      world.agentsFor(caller).forEach(agent -> lists.addAll(EveryRoute.lists(agent.agentId())));
      for (Request list : lists) {
        HttpResponse<String> answer = send(list, caller);
        assertShowsOnly(answer, list, caller, all);
        all.keySet().stream().filter(id -> answer.body().contains(id + "")).forEach(shown::add);
      }
      for (Session session : world.sessionsFor(caller, all)) {
        if (caller.sees(session)) {
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
        read.path().startsWith("/api/v2/") ? caller.seesOfClient(session) : caller.sees(session);
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
    for (Session session : before.values().stream().map(Snapshot::session).toList()) {
      Caller caller = world.pick(callers);
      Map<UUID, Snapshot> known = new HashMap<>(before);
      for (Request write : EveryRoute.writes(session)) {
        HttpResponse<String> answer = send(write, caller);

        assertShowsOnly(answer, write, caller, known);
        assertThat(answer.statusCode()).as("%s: %s", write, answer.body()).isNotEqualTo(500);
        // The write can change who sees the session that it names.
        Map<UUID, Snapshot> after = new HashMap<>(known);
        world.refresh(after, session);
        assertLeftAlone(known, after, caller, write);
        known = after;
      }
      Map<UUID, Snapshot> after = world.snapshots();
      assertLeftAlone(before, after, caller, session);
      before = after;
    }
  }

  private static void assertLeftAlone(
      Map<UUID, Snapshot> before, Map<UUID, Snapshot> after, Caller caller, Object write) {
    before.forEach(
        (id, snapshot) -> {
          if (!caller.sees(snapshot.session())) {
            assertThat(after.get(id)).as("%s as %s", write, caller).isEqualTo(snapshot);
          }
        });
    after.forEach(
        (id, snapshot) ->
            assertThat(before.containsKey(id) || caller.sees(snapshot.session()))
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
      if (!caller.sees(each.session())) {
        String forbidden = request.path().contains(id) ? "of " + id : id;
        assertThat(answer.body()).as("%s as %s", request, caller).doesNotContain(forbidden);
      }
    }
  }

  private static HttpResponse<String> send(Request request, Caller caller) {
    return server.send(request.method(), request.path(), caller.token(), request.body());
  }
}
