package dev.parley.search.lucene;

import dev.parley.model.Role;
import dev.parley.storage.live.SessionId;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;

/** The fields of the documents of the index, and their values. A document is a message. */
final class Fields {
  /** The terms of the message. */
  static final String TEXT = "text";

  /** Agent and session: 32 bytes. */
  static final String SESSION = "session";

  /** The session id: 16 bytes. */
  static final String SESSION_ID = "sid";

  static final String AGENT = "agent";
  static final String OWNER = "owner";
  static final String USER = "user";

  /** Has one term, in documents of sessions without a user. */
  static final String NO_USER = "nouser";

  static final String ROLE = "role";

  /** The create time, in microseconds since 1970. */
  static final String TIME = "time";

  static final String SEQUENCE = "sequence";

  /** The low half of the session id. It orders hits with equal scores and times. */
  static final String TIE = "tie";

  private Fields() {}

  static BytesRef bytes(UUID id) {
    return new BytesRef(
        ByteBuffer.allocate(16)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array());
  }

  static BytesRef bytes(SessionId session) {
    return new BytesRef(
        ByteBuffer.allocate(32)
            .putLong(session.agentId().getMostSignificantBits())
            .putLong(session.agentId().getLeastSignificantBits())
            .putLong(session.sessionId().getMostSignificantBits())
            .putLong(session.sessionId().getLeastSignificantBits())
            .array());
  }

  static SessionId session(BytesRef bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes.bytes, bytes.offset, bytes.length);
    return new SessionId(
        new UUID(buffer.getLong(), buffer.getLong()), new UUID(buffer.getLong(), buffer.getLong()));
  }

  static Term term(SessionId session) {
    return new Term(SESSION, bytes(session));
  }

  static Term term(Role role) {
    return new Term(ROLE, role.name());
  }
}
