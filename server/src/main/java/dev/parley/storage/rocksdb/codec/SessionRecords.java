package dev.parley.storage.rocksdb.codec;

import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Session;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import dev.parley.storage.rocksdb.record.SessionRecord;
import dev.parley.storage.rules.Micros;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Converts sessions to protobuf bytes and back. */
public final class SessionRecords {
  private SessionRecords() {}

  /**
   * Encodes the row of a session. It contains the origin and metadata unless they are stored
   * separately.
   *
   * @param expiryIndexTime the indexed time in the expiry index; null if the session is not in it
   */
  public static byte[] ofSession(Session session, @Nullable Instant expiryIndexTime) {
    Session.Profile profile = session.profile();
    Expiry expiry = profile.expiry();
    SessionRecord.Builder row =
        SessionRecord.newBuilder()
            .setKey(session.key())
            .setCreateMicros(Micros.of(session.createTime()))
            .setUpdateMicros(Micros.of(session.updateTime()))
            .setHeadSequence(session.counts().headSequence())
            .setClearedSequence(session.counts().clearedSequence())
            .setDeletedCount(session.counts().deletedCount())
            .setSpokenCount(session.counts().spokenCount())
            .setRunCount(session.counts().runCount())
            .setArchiveMicros(Records.ofOptional(session.archiveTime()))
            .setRevision(session.revision())
            .setAgentVersion(profile.agentVersion())
            .setExpireMicros(Records.ofOptional(expiry.expireTime()))
            .setTtlMicros(Records.ofOptional(expiry.ttl()))
            .setOwnExpiry(!expiry.agentDefault())
            .setExpiryIndexMicros(Records.ofOptional(expiryIndexTime))
            .setLastFence(session.leases().lastFence());
    session.leases().held().forEach(lease -> row.addLeases(ofLease(lease)));
    if (profile.label() != null) {
      row.setLabel(profile.label());
    }
    if (profile.user() != null) {
      row.setUser(profile.user());
    }
    if (profile.client() != null) {
      row.setClient(profile.client());
    }
    if (profile.chatType() != null) {
      row.setChatType(profile.chatType());
    }
    if (profile.lastChannel() != null) {
      row.setLastChannel(profile.lastChannel());
    }
    if (StoredSession.areDetailsSeparate(profile)) {
      row.setSeparateDetails(true);
    } else {
      if (profile.origin() != null) {
        row.setOrigin(Records.wrap(profile.origin().utf8()));
      }
      if (!profile.metadata().equals(Json.EMPTY_OBJECT)) {
        row.setMetadata(Records.wrap(profile.metadata().utf8()));
      }
    }
    return row.putAllLabels(profile.labels()).build().toByteArray();
  }

  /**
   * Decodes the row of a session.
   *
   * @param key the key of its row
   * @param value the value of its row
   */
  public static StoredSession toSession(byte[] key, byte[] value) {
    SessionRecord row = Records.parse(SessionRecord.parser(), value);
    Session.Profile profile =
        new Session.Profile(
            row.hasLabel() ? row.getLabel() : null,
            row.hasUser() ? row.getUser() : null,
            row.hasClient() ? row.getClient() : null,
            row.getAgentVersion(),
            row.hasChatType() ? row.getChatType() : null,
            row.hasLastChannel() ? row.getLastChannel() : null,
            row.hasOrigin() ? Json.ofUtf8(FieldBytes.of(row.getOrigin())) : null,
            row.hasMetadata() ? Json.ofUtf8(FieldBytes.of(row.getMetadata())) : Json.EMPTY_OBJECT,
            toLabels(row),
            toExpiry(row));
    Session session =
        new Session(
            Keys.toId(key),
            Keys.sessionIdOf(key),
            row.getKey(),
            profile,
            Micros.toInstant(row.getCreateMicros()),
            Micros.toInstant(row.getUpdateMicros()),
            new Session.Counts(
                row.getHeadSequence(),
                row.getClearedSequence(),
                row.getDeletedCount(),
                row.getSpokenCount(),
                row.getRunCount()),
            Records.toOptional(row.getArchiveMicros()),
            row.getRevision(),
            toLeases(row));
    return new StoredSession(session, row.getSeparateDetails());
  }

  private static SortedMap<String, String> toLabels(SessionRecord row) {
    return row.getLabelsCount() == 0
        ? Session.Profile.NO_LABELS
        : Collections.unmodifiableSortedMap(new TreeMap<>(row.getLabelsMap()));
  }

  private static SessionRecord.Lease ofLease(Lease lease) {
    return SessionRecord.Lease.newBuilder()
        .setFence(lease.fence())
        .setRunId(lease.runId())
        .setExpireMicros(Micros.of(lease.expireTime()))
        .build();
  }

  private static Leases toLeases(SessionRecord row) {
    return row.getLastFence() == 0
        ? Leases.NONE
        : new Leases(
            row.getLastFence(),
            row.getLeasesList().stream()
                .map(
                    lease ->
                        new Lease(
                            lease.getFence(),
                            lease.getRunId(),
                            Micros.toInstant(lease.getExpireMicros())))
                .toList());
  }

  /** The indexed time of a session row in the expiry index; null if the session is not in it. */
  public static @Nullable Instant expiryIndexTime(byte[] session) {
    return Records.toOptional(
        Records.parse(SessionRecord.parser(), session).getExpiryIndexMicros());
  }

  /** Returns the value of a session row with another count of user and assistant messages. */
  public static byte[] withSpokenCount(byte[] session, long count) {
    return Records.parse(SessionRecord.parser(), session).toBuilder()
        .setSpokenCount(count)
        .build()
        .toByteArray();
  }

  private static Expiry toExpiry(SessionRecord row) {
    return row.getExpireMicros() == 0 && row.getTtlMicros() == 0
        ? row.getOwnExpiry() ? Expiry.NEVER : Expiry.UNSET
        : new Expiry(
            Records.toOptional(row.getExpireMicros()),
            Records.toDuration(row.getTtlMicros()),
            !row.getOwnExpiry());
  }
}
