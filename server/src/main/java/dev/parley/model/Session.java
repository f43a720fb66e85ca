package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.lease.Leases;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation of one agent. An active session holds its key. An archived session has released
 * its key and is read-only. Times are truncated to microseconds, the resolution of all stores.
 *
 * @param agentId the agent
 * @param sessionId the id, which never changes
 * @param key the key that the session holds while it is active
 * @param profile the data that callers may set and change
 * @param createTime when the session was created
 * @param updateTime when messages were last appended, or else the create time; never decreases
 * @param counts the counts of messages and runs
 * @param archiveTime when the session was archived; null while it is active
 * @param revision the number of changes to the profile or the archive state
 * @param leases the leases of runs
 */
public record Session(
    UUID agentId,
    UUID sessionId,
    String key,
    Profile profile,
    Instant createTime,
    Instant updateTime,
    Counts counts,
    @Nullable Instant archiveTime,
    long revision,
    Leases leases) {

  private static final int NANOS_PER_MICRO = 1_000;

  /** Truncates the times. */
  public Session {
    createTime = truncate(createTime);
    updateTime = truncate(updateTime);
    archiveTime = archiveTime == null ? null : truncate(archiveTime);
  }

  /** Most times are already truncated. */
  private static Instant truncate(Instant time) {
    return time.getNano() % NANOS_PER_MICRO == 0 ? time : time.truncatedTo(ChronoUnit.MICROS);
  }

  /**
   * The counts of a session.
   *
   * @param headSequence the sequence of the newest message, 0 if there never was one
   * @param clearedSequence the session has no messages up to this sequence, because they were
   *     cleared; 0 if it was never cleared
   * @param deletedCount the number of messages that were deleted, singly or by clearing
   * @param spokenCount the number of messages with role user or assistant
   * @param runCount the number of runs
   */
  public record Counts(
      long headSequence, long clearedSequence, long deletedCount, long spokenCount, long runCount) {

    /** The counts of a new session. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    private Counts withAppended(int count, int spoken) {
      return new Counts(
          headSequence + count, clearedSequence, deletedCount, spokenCount + spoken, runCount);
    }

    private Counts withDeleted(Role role) {
      int spoken = role.isSpoken() ? 1 : 0;
      return new Counts(
          headSequence, clearedSequence, deletedCount + 1, spokenCount - spoken, runCount);
    }

    private Counts withCleared() {
      return new Counts(headSequence, headSequence, headSequence, 0, runCount);
    }

    private Counts withRun() {
      return new Counts(headSequence, clearedSequence, deletedCount, spokenCount, runCount + 1);
    }
  }

  /**
   * The data that callers may set and change.
   *
   * @param label a display name
   * @param user the end user
   * @param client the client that created the session
   * @param agentVersion the version of the agent at creation
   * @param chatType the kind of chat
   * @param lastChannel the channel of the last exchange
   * @param origin where the session came from, a JSON object
   * @param metadata any other data, a JSON object
   * @param labels names and values by which sessions can be found; never modified. Names have 1 to
   *     63 of the characters a-z, 0-9, dot, underscore and hyphen. Values have no control
   *     characters.
   * @param expiry when the session expires
   */
  public record Profile(
      @Nullable String label,
      @Nullable String user,
      @Nullable String client,
      String agentVersion,
      @Nullable String chatType,
      @Nullable String lastChannel,
      @Nullable Json origin,
      Json metadata,
      SortedMap<String, String> labels,
      Expiry expiry) {

    /** No labels. */
    public static final SortedMap<String, String> NO_LABELS = Collections.emptySortedMap();

    /** The agent version if the caller gives none. */
    public static final String AGENT_VERSION_DEFAULT = "1.0";

    /** A profile in which nothing is set. */
    public static final Profile EMPTY =
        new Profile(
            null,
            null,
            null,
            AGENT_VERSION_DEFAULT,
            null,
            null,
            null,
            Json.EMPTY_OBJECT,
            NO_LABELS,
            Expiry.UNSET);

    /** Returns this profile with another label; null for none. */
    public Profile withLabel(@Nullable String label) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with another agent version. */
    public Profile withAgentVersion(String agentVersion) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with another user. */
    public Profile withUser(@Nullable String user) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with another client. */
    public Profile withClient(@Nullable String client) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with another origin. */
    public Profile withOrigin(@Nullable Json origin) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with other metadata. */
    public Profile withMetadata(Json metadata) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }

    /** Returns this profile with other labels. */
    public Profile withLabels(Map<String, String> labels) {
      SortedMap<String, String> sorted =
          labels.isEmpty() ? NO_LABELS : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          sorted,
          expiry);
    }

    /** Returns this profile with another expiry. */
    public Profile withExpiry(Expiry expiry) {
      return new Profile(
          label,
          user,
          client,
          agentVersion,
          chatType,
          lastChannel,
          origin,
          metadata,
          labels,
          expiry);
    }
  }

  /** An estimate of the size of the fixed fields in a response, in bytes. */
  public static final int FIXED_BYTES = 256;

  /** The estimated size in a response, in bytes: the caller's data and {@link #FIXED_BYTES}. */
  public int bytes() {
    Json origin = profile.origin();
    return FIXED_BYTES
        + (origin == null ? 0 : origin.utf8().length)
        + profile.metadata().utf8().length
        + bytes(key)
        + bytes(profile.label())
        + bytes(profile.user())
        + bytes(profile.client())
        + bytes(profile.agentVersion())
        + bytes(profile.chatType())
        + bytes(profile.lastChannel())
        + bytes(profile.labels());
  }

  private static int bytes(SortedMap<String, String> labels) {
    int bytes = 0;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      bytes += bytes(label.getKey()) + bytes(label.getValue());
    }
    return bytes;
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(UTF_8).length;
  }

  /** Whether the session is archived and so read-only. */
  public boolean isArchived() {
    return archiveTime != null;
  }

  /** When the session expires; null for never. Archived sessions never expire. */
  public @Nullable Instant effectiveExpireTime() {
    return isArchived() ? null : profile.expiry().effectiveExpireTime(updateTime);
  }

  /** Whether the session is expired at {@code now}. */
  public boolean isExpired(Instant now) {
    Instant expireTime = effectiveExpireTime();
    return expireTime != null && !expireTime.isAfter(now);
  }

  /** The sequence of the newest message, 0 if there never was one. */
  public long headSequence() {
    return counts.headSequence();
  }

  /** The number of messages, without deleted ones. */
  public long messageCount() {
    return counts.headSequence() - counts.deletedCount();
  }

  /** Whether single messages were deleted. Stores keep a row for each of them. */
  public boolean hasDeletedRows() {
    return counts.deletedCount() > counts.clearedSequence();
  }

  /** Whether a message has this sequence. It may be deleted. */
  public boolean hasSequence(long sequence) {
    return sequence > counts.clearedSequence() && sequence <= counts.headSequence();
  }

  /** The number of messages with role user or assistant. */
  public long spokenCount() {
    return counts.spokenCount();
  }

  /** The number of runs. */
  public long runCount() {
    return counts.runCount();
  }

  /** A tag that changes with the revision. */
  public String etag() {
    return "\"" + Long.toHexString(revision) + "\"";
  }

  /** Returns this session with another profile, or itself if the profile is equal. */
  public Session withProfile(Profile profile) {
    return profile.equals(this.profile) ? this : revised(profile, archiveTime);
  }

  /** Returns this new session with the agent's default TTL if the caller did not set an expiry. */
  public Session withDefaultTtl(@Nullable Duration ttl) {
    Expiry unsaid = profile.expiry();
    return ttl == null || !unsaid.agentDefault()
        ? this
        : new Session(
            agentId,
            sessionId,
            key,
            profile.withExpiry(new Expiry(null, ttl, true)),
            createTime,
            updateTime,
            counts,
            archiveTime,
            revision,
            leases);
  }

  /** Returns this session with another archive time; null makes it active. */
  public Session withArchiveTime(@Nullable Instant archiveTime) {
    return revised(profile, archiveTime);
  }

  private Session revised(Profile profile, @Nullable Instant archiveTime) {
    return new Session(
        agentId,
        sessionId,
        key,
        profile,
        createTime,
        updateTime,
        counts,
        archiveTime,
        revision + 1,
        leases);
  }

  /**
   * Returns this session after an append at {@code now}.
   *
   * @param count the number of messages
   * @param spoken the number of them with role user or assistant
   */
  public Session withAppended(int count, int spoken, Instant now) {
    Instant later = now.isAfter(updateTime) ? now : updateTime;
    return withCounts(later, counts.withAppended(count, spoken));
  }

  /** Returns this session after a message with this role was deleted. */
  public Session withDeleted(Role role) {
    return withCounts(updateTime, counts.withDeleted(role));
  }

  /** Returns this session without messages. Its head sequence stays. */
  public Session withCleared() {
    return withCounts(updateTime, counts.withCleared());
  }

  /** Returns this session with one more run. */
  public Session withRun() {
    return withCounts(updateTime, counts.withRun());
  }

  /** Returns this session with other leases. */
  public Session withLeases(Leases leases) {
    return with(updateTime, counts, leases);
  }

  private Session withCounts(Instant updateTime, Counts counts) {
    return with(updateTime, counts, leases);
  }

  private Session with(Instant updateTime, Counts counts, Leases leases) {
    return new Session(
        agentId,
        sessionId,
        key,
        profile,
        createTime,
        updateTime,
        counts,
        archiveTime,
        revision,
        leases);
  }

  /** Creates a new active session without messages. */
  public static Session create(
      UUID agentId, UUID sessionId, String key, Profile profile, Instant now) {
    return new Session(
        agentId, sessionId, key, profile, now, now, Counts.NONE, null, 1, Leases.NONE);
  }
}
