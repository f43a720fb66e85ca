package dev.parley.storage.rocksdb.codec;

import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.storage.rocksdb.record.SessionRecord;
import java.util.Objects;

/**
 * A session as its row has it.
 *
 * @param session the session; without its origin and metadata if these are stored separately
 * @param separateDetails whether the origin and metadata are stored separately. They are if they
 *     are large, so that an append does not write them again.
 */
public record StoredSession(Session session, boolean separateDetails) {
  /**
   * The most bytes that an origin and metadata in a row have together. Data folders depend on this
   * value, so it must not change without a migration.
   */
  public static final int DETAILS_IN_ROW_BYTES_MAX = 1_024;

  /** Whether the details of a session with this profile are stored separately. */
  public static boolean areDetailsSeparate(Session.Profile profile) {
    Json origin = profile.origin();
    int originBytes = origin == null ? 0 : origin.utf8().length;
    return originBytes + profile.metadata().utf8().length > DETAILS_IN_ROW_BYTES_MAX;
  }

  /** Whether two profiles have the same origin and metadata. */
  public static boolean haveSameDetails(Session.Profile one, Session.Profile other) {
    return Objects.equals(one.origin(), other.origin()) && one.metadata().equals(other.metadata());
  }

  /** Encodes the origin and metadata. */
  public static byte[] ofDetails(Session.Profile profile) {
    SessionRecord.Details.Builder details = SessionRecord.Details.newBuilder();
    if (profile.origin() != null) {
      details.setOrigin(Records.wrap(profile.origin().utf8()));
    }
    if (!profile.metadata().equals(Json.EMPTY_OBJECT)) {
      details.setMetadata(Records.wrap(profile.metadata().utf8()));
    }
    return details.build().toByteArray();
  }

  /** Returns a profile with this encoded origin and metadata. */
  public static Session.Profile withDetails(Session.Profile profile, byte[] value) {
    SessionRecord.Details details = Records.parse(SessionRecord.Details.parser(), value);
    return profile
        .withOrigin(details.hasOrigin() ? Json.ofUtf8(FieldBytes.of(details.getOrigin())) : null)
        .withMetadata(
            details.hasMetadata()
                ? Json.ofUtf8(FieldBytes.of(details.getMetadata()))
                : Json.EMPTY_OBJECT);
  }

  /** Returns the whole session, with its encoded origin and metadata. */
  public Session with(byte[] details) {
    return new Session(
        session.agentId(),
        session.sessionId(),
        session.key(),
        withDetails(session.profile(), details),
        session.createTime(),
        session.updateTime(),
        session.counts(),
        session.archiveTime(),
        session.revision(),
        session.leases());
  }
}
