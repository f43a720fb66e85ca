package dev.parley.model;

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
   */
  public record Profile(
      @Nullable String label,
      @Nullable String user,
      @Nullable String client,
      String agentVersion,
      @Nullable String chatType,
      @Nullable String lastChannel,
      @Nullable Json origin,
      Json metadata) {

    /** The agent version of a session whose maker named none. */
    public static final String AGENT_VERSION_DEFAULT = "1.0";

    /** A profile of which nothing was said. */
    public static final Profile EMPTY =
        new Profile(null, null, null, AGENT_VERSION_DEFAULT, null, null, null, Json.EMPTY_OBJECT);

    /** This profile with another label; null for none. */
    public Profile withLabel(@Nullable String label) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata);
    }

    /** This profile with another client. */
    public Profile withClient(@Nullable String client) {
      return new Profile(
          label, user, client, agentVersion, chatType, lastChannel, origin, metadata);
    }
  }

  /** Whether it is archived, and so read-only. */
  public boolean isArchived() {
    return archiveTime != null;
  }

  /** How many messages it holds. */
  public long messageCount() {
    return headSequence;
  }

  /** Changes with the revision. */
  public String etag() {
    return "\"" + Long.toHexString(revision) + "\"";
  }

  /** This session with another profile. */
  public Session withProfile(Profile profile) {
    return with(profile, updateTime, headSequence, archiveTime, revision + 1);
  }

  /** This session, archived; null makes it active. */
  public Session withArchiveTime(@Nullable Instant archiveTime) {
    return with(profile, updateTime, headSequence, archiveTime, revision + 1);
  }

  /** This session after {@code count} messages were appended at {@code now}. */
  public Session withAppended(int count, Instant now) {
    Instant later = now.isAfter(updateTime) ? now : updateTime;
    return with(profile, later, headSequence + count, archiveTime, revision);
  }

  private Session with(
      Profile profile,
      Instant updateTime,
      long headSequence,
      @Nullable Instant archiveTime,
      long revision) {
    return new Session(
        agentId,
        sessionId,
        key,
        profile,
        createTime,
        updateTime,
        headSequence,
        archiveTime,
        revision);
  }
}
