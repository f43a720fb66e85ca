package dev.parley.wire;

import dev.parley.model.ArchiveName;
import dev.parley.model.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The requests of every API that show or change sessions. */
final class EveryRoute {
  private static final String FOUNDRY = "/api/v2/aipAgents/agents/";

  private EveryRoute() {}

  /**
   * A request.
   *
   * @param names whether the request contains the id of the session; otherwise it contains a key,
   *     which other sessions may have as well
   */
  record Request(String method, String path, @Nullable String body, boolean names) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Lists of the sessions of an agent. */
  static List<Request> lists(UUID agentId) {
    return lists(
        "/v1/agents/" + agentId + "/sessions",
        "/v1/agents/" + agentId + "/archives",
        "/v1/agents/" + agentId + "/sessions/-/runs",
        "/v1/agents/" + agentId + "/sessions?filter=user%3Dada",
        "/v1/agents/" + agentId + "/sessions?search=e",
        "/v1/agents/" + agentId + "/archives?search=e",
        "/api/v1/agents/" + agentId + "/sessions",
        "/api/v1/agents/" + agentId + "/archives",
        FOUNDRY + "ri.aip-agents..agent." + agentId + "/sessions",
        "/v1/agents/" + agentId);
  }

  /** Lists that name no agent. */
  static List<Request> listsOfAgents() {
    return lists(
        "/v1/agents/-/sessions",
        "/v1/agents/-/sessions/-/runs?states=RUNNING&states=FAILED",
        "/api/v1/sessions",
        FOUNDRY + "allSessions?preview=true",
        "/v1/conversations?limit=100",
        "/v1/agents",
        "/v1/keys");
  }

  private static List<Request> lists(String... paths) {
    return Stream.of(paths).map(path -> new Request("GET", path, null, false)).toList();
  }

  static List<Request> reads(Session session) {
    String id = "/v1/agents/" + session.agentId() + "/sessions/" + session.sessionId();
    String powabase = "/api/sessions/" + session.sessionId();
    String sess = "/api/sessions/sess_" + session.sessionId().toString().replace("-", "");
    List<Request> reads = new ArrayList<>();
    for (String path :
        List.of(
            id,
            id + "/messages",
            id + "/messages?startSequence=1&around=true",
            id + "/messages:lookup?sequence=1",
            id + "/messages:batchGet?messageIds=x",
            id + "/runs",
            id + "/runs/run",
            id + "/runs/run/retrievedContext",
            powabase,
            sess + "/messages",
            sess + "/runs",
            powabase + "/runs/run/retrieved-context",
            foundry(session),
            foundry(session) + "/content",
            openai(session),
            openai(session) + "/items?order=asc&limit=100")) {
      reads.add(new Request("GET", path, null, true));
    }
    String key = encoded(session.key());
    reads.add(new Request("GET", "/v1/agents/" + session.agentId() + "/keys/" + key, null, false));
    reads.add(new Request("GET", "/api/v1/sessions/" + key, null, false));
    reads.add(guayaba(session, "sessions/history", "sessionKey", session.key()));
    return reads;
  }

  static List<Request> writes(Session session) {
    String agent = "/v1/agents/" + session.agentId();
    String id = agent + "/sessions/" + session.sessionId();
    List<Request> writes = new ArrayList<>();
    writes.add(new Request("PATCH", id, "{\"label\":\"changed\",\"user\":\"bob\"}", true));
    writes.add(new Request("POST", id + ":archive", "{}", true));
    writes.add(new Request("POST", id + ":restore", "{}", true));
    writes.add(new Request("POST", id + "/runs", "{}", true));
    writes.add(new Request("POST", id + "/runs?leaseTtl=30s", "{}", true));
    writes.add(
        new Request("POST", id + "/runs/run:renewLease", "{\"fence\":1,\"ttl\":\"30s\"}", true));
    writes.add(new Request("PATCH", id + "/runs/run", "{\"model\":\"changed\"}", true));
    writes.add(new Request("PUT", id + "/runs/run/retrievedContext", "{\"items\":[]}", true));
    writes.add(append(agent, "sessionId", session.sessionId().toString(), false));
    writes.add(append(agent, "key", session.key(), true));
    writes.add(
        new Request("POST", agent + "/sessions", "{\"key\":\"" + session.key() + "\"}", false));
    writes.add(new Request("POST", agent + "/sessions", "{\"user\":\"bob\"}", false));
    writes.add(guayaba(session, "sessions/rename", "key", session.key()));
    writes.add(guayaba(session, "sessions/archive", "key", session.key()));
    if (session.isArchived()) {
      String name = ArchiveName.of(session).format("deleted");
      writes.add(guayaba(session, "archives/restore", "filename", name));
      writes.add(guayaba(session, "archives/delete", "filename", name));
    }
    writes.add(
        new Request("PUT", foundry(session) + "/updateTitle", "{\"title\":\"changed\"}", true));
    writes.add(new Request("POST", openai(session), "{\"metadata\":{\"a\":\"changed\"}}", true));
    writes.add(
        new Request(
            "POST",
            openai(session) + "/items",
            "{\"items\":[{\"role\":\"user\",\"content\":\"changed\"}]}",
            true));
    String item =
        "/items/msg_" + session.sessionId().toString().replace("-", "") + "0000000000000001";
    writes.add(new Request("DELETE", openai(session) + item, null, true));
    writes.add(new Request("DELETE", openai(session), null, true));
    writes.add(new Request("DELETE", foundry(session), null, true));
    writes.add(new Request("DELETE", "/api/sessions/" + session.sessionId(), null, true));
    writes.add(new Request("DELETE", "/api/v1/sessions/" + encoded(session.key()), null, false));
    writes.add(guayaba(session, "sessions/delete", "key", session.key()));
    writes.add(new Request("DELETE", id, null, true));
    return writes;
  }

  private static Request append(String agent, String by, String name, boolean create) {
    return new Request(
        "POST",
        agent + "/messages:append",
        """
        {"%s":"%s","createIfMissing":%s,"messages":[{"role":"USER","content":"changed"}]}"""
            .formatted(by, name, create),
        !create);
  }

  private static Request guayaba(Session session, String route, String field, String value) {
    return new Request(
        "POST",
        "/api/v1/agents/" + session.agentId() + "/" + route,
        "{\"" + field + "\":\"" + value + "\"}",
        field.equals("filename"));
  }

  private static String foundry(Session session) {
    return FOUNDRY
        + "ri.aip-agents..agent."
        + session.agentId()
        + "/sessions/ri.aip-agents..session."
        + session.sessionId();
  }

  private static String openai(Session session) {
    return "/v1/conversations/conv_" + session.sessionId().toString().replace("-", "");
  }

  private static String encoded(String key) {
    return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
