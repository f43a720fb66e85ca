package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A conversation of one agent. Active sessions hold their key; archived ones have given it back and
 * are read-only.
 *
 * @param agentId the agent that it belongs to
 * @param sessionId never changes
 * @param key the slot it holds while active
 * @param profile what callers may set and change
 * @param createTime when it was made, in microseconds
 * @param updateTime when messages were last appended, or else when it was made; never goes back
 * @param headSequence the sequence of its newest message, 0 without messages; as sequences have no
 *     gaps and messages are never removed one by one, also how many messages there are
 * @param spokenCount how many of its messages the user or the agent said
 * @param runCount how many runs it has
 * @param archiveTime when it was archived; null: it is active
 * @param revision how often the profile or the archive state has changed
 */
public record Session(
    UUID agentId,
    UUID sessionId,
    String key,
    Profile profile,
    Instant createTime,
    Instant updateTime,
    long headSequence,
    long spokenCount,
    long runCount,
    @Nullable Instant archiveTime,
    long revision) {

  /**
   * What callers may set and change.
   *
   * @param label a name for people
   * @param user the end user that it belongs to
   * @param client the client that made it
   * @param agentVersion the version of the agent that it was made with
   * @param chatType the kind of chat
   * @param lastChannel the channel of the last exchange
   * @param origin where it came from, an object
   * @param metadata anything else, an object
   * @param expiry when it is due to be deleted
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
      Expiry expiry) {

    /** The agent version of a session whose maker named none. */
    public static final String AGENT_VERSION_DEFAULT = "1.0";

    /** A profile of which nothing was said. */
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
            Expiry.UNSET);

    /** This profile with another label; null for none. */
    public Profile withLabel(@Nullable String label) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata, expiry);
    }

    /** This profile with another agent version. */
    public Profile withAgentVersion(String agentVersion) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata, expiry);
    }

    /** This profile with another user. */
    public Profile withUser(@Nullable String user) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata, expiry);
    }

    /** This profile with another client. */
    public Profile withClient(@Nullable String client) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata, expiry);
    }

    /** This profile with another expiry. */
    public Profile withExpiry(Expiry expiry) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata, expiry);
    }
  }

  /** What its fixed fields take in an answer, in bytes, more or less. */
  public static final int FIXED_BYTES = 256;

  /**
   * How much it takes in an answer, in bytes: what callers put into it, and {@link #FIXED_BYTES}.
   */
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
        + bytes(profile.lastChannel());
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(UTF_8).length;
  }

  /** Whether it is archived, and so read-only. */
  public boolean isArchived() {
    return archiveTime != null;
  }

  /** When it is due to be deleted; null: never, as archived ones are not. */
  public @Nullable Instant effectiveExpireTime() {
    return isArchived() ? null : profile.expiry().effectiveExpireTime(updateTime);
  }

  /** Whether it is due to be deleted. */
  public boolean isExpired(Instant now) {
    Instant due = effectiveExpireTime();
    return due != null && !due.isAfter(now);
  }

  /** How many messages it holds. */
  public long messageCount() {
    return headSequence;
  }

  /** UpdateRules with the revision. */
  public String etag() {
    return "\"" + Long.toHexString(revision) + "\"";
  }

  /** This session with another profile; itself if that is the one it has. */
  public Session withProfile(Profile profile) {
    return profile.equals(this.profile) ? this : revised(profile, archiveTime);
  }

  /** This new session, with its agent's default if its maker said nothing of its expiry. */
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
            headSequence,
            spokenCount,
            runCount,
            archiveTime,
            revision);
  }

  /** This session, archived; null makes it active. */
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
        headSequence,
        spokenCount,
        runCount,
        archiveTime,
        revision + 1);
  }

  /**
   * This session after messages were appended at {@code now}.
   *
   * @param count how many
   * @param spoken how many of these the user or the agent said
   */
  public Session withAppended(int count, int spoken, Instant now) {
    Instant later = now.isAfter(updateTime) ? now : updateTime;
    return withCounts(later, headSequence + count, spokenCount + spoken, runCount);
  }

  /** This session with one more run. */
  public Session withRun() {
    return withCounts(updateTime, headSequence, spokenCount, runCount + 1);
  }

  private Session withCounts(
      Instant updateTime, long headSequence, long spokenCount, long runCount) {
    return new Session(
        agentId,
        sessionId,
        key,
        profile,
        createTime,
        updateTime,
        headSequence,
        spokenCount,
        runCount,
        archiveTime,
        revision);
  }

  /** A session of which nothing was stored yet. */
  public static Session create(
      UUID agentId, UUID sessionId, String key, Profile profile, Instant now) {
    return new Session(agentId, sessionId, key, profile, now, now, 0, 0, 0, null, 1);
  }
}
