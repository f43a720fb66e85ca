package dev.parley.app.cli.transcript.load;

import com.google.protobuf.Timestamp;
import dev.parley.proto.v1.Session;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The times that imported sessions had in their files, by session id. */
public final class SessionTimes {
  private final Map<String, Session> sources = new HashMap<>();
  private final Map<String, Imported> imported = new LinkedHashMap<>();

  /**
   * A session of the import.
   *
   * @param createTime its creation time; null if the file does not say
   * @param updateTime its update time; null if the file does not say
   * @param messages the number of its messages in the files
   */
  public record Imported(
      @Nullable Timestamp createTime, @Nullable Timestamp updateTime, long messages) {}

  SessionTimes() {}

  /** The next messages with this key belong to this session of a file. */
  void source(Session session) {
    sources.put(session.getKey(), session);
  }

  /** A session was created or found, or messages were sent to it. */
  void sent(String key, String sessionId, long messages) {
    Session source = sources.get(key);
    if (source != null) {
      Imported before = imported.get(sessionId);
      imported.put(
          sessionId,
          new Imported(
              source.hasCreateTime() ? source.getCreateTime() : null,
              source.hasUpdateTime() ? source.getUpdateTime() : null,
              (before == null ? 0 : before.messages()) + messages));
    }
  }

  /** The sessions of the import. */
  public Map<String, Imported> all() {
    return imported;
  }
}
