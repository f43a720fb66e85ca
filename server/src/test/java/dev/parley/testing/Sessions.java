package dev.parley.testing;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.storage.Append;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;

/** Creates valid sessions and drafts. Tests set only what they need. */
public final class Sessions {
  private static final TickingClock CLOCK = new TickingClock();

  private Sessions() {}

  public static Session of(UUID agentId) {
    return of(agentId, "api:" + UUID.randomUUID());
  }

  public static Session of(UUID agentId, String key) {
    return of(agentId, key, CLOCK.instant());
  }

  public static Session of(UUID agentId, String key, Instant createTime) {
    return of(agentId, UUID.randomUUID(), key, createTime);
  }

  public static Session of(UUID agentId, UUID sessionId, String key, Instant createTime) {
    return Session.create(agentId, sessionId, key, Session.Profile.EMPTY, createTime);
  }

  public static Session of(UUID agentId, Session.Profile profile) {
    Session s = of(agentId);
    return Session.create(s.agentId(), s.sessionId(), s.key(), profile, s.createTime());
  }

  public static SessionRef.ById ref(Session session) {
    return new SessionRef.ById(session.agentId(), session.sessionId(), null);
  }

  /** An append of one message. */
  public static Append append(Session session, Instant now) {
    return append(session, drafts(1), now);
  }

  /** An append to an existing session. */
  public static Append append(Session session, List<Message.Draft> drafts, Instant now) {
    return new Append(ref(session), null, OptionalLong.empty(), drafts, now);
  }

  public static SessionRef keyRef(Session session) {
    return new SessionRef.ByKey(session.agentId(), session.key(), null);
  }

  public static Json json(String text) {
    return Json.ofUtf8(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A JSON object of this many bytes, at least 8. */
  public static Json metadata(int bytes) {
    return json("{\"a\":\"" + "x".repeat(bytes - 8) + "\"}");
  }

  public static Message.Draft draft(String text) {
    return draft(UUID.randomUUID().toString(), text);
  }

  public static Message.Draft draft(String messageId, String text) {
    return draft(messageId, Role.USER, Content.text(text));
  }

  public static Message.Draft draft(Role role, String text) {
    return draft(UUID.randomUUID().toString(), role, Content.text(text));
  }

  public static Message.Draft draft(String messageId, Role role, Content content) {
    return new Message.Draft(messageId, role, content, null, Json.EMPTY_OBJECT);
  }

  /** Drafts with the texts "1", "2" and so on. */
  public static List<Message.Draft> drafts(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> draft(Integer.toString(i))).toList();
  }
}
