package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent. It owns sessions.
 *
 * @param agentId the id
 * @param owner the owner, 1..255 characters
 * @param createTime when the agent was created, in microseconds
 * @param profile the data that callers may set and change
 */
public record Agent(UUID agentId, String owner, Instant createTime, Profile profile) {

  /**
   * The data that callers may set and change.
   *
   * @param displayName a name for people, 1..255 characters
   * @param description what the agent does, 1..1024 characters
   * @param defaultSessionTtl the TTL of new sessions whose expiry is unset, in microseconds; null
   *     for none
   */
  public record Profile(
      @Nullable String displayName,
      @Nullable String description,
      @Nullable Duration defaultSessionTtl) {

    /** A profile in which nothing is set. */
    public static final Profile EMPTY = new Profile(null, null, null);
  }

  private static final int ETAG_BYTES = 8;

  /** An estimate of the size of the fixed fields in a response, in bytes. */
  private static final int FIXED_BYTES = 100;

  /** A tag that changes with the profile, and only with it. */
  public String etag() {
    String text = part(profile.displayName()) + part(profile.description()) + defaultSessionTtl();
    byte[] digest = Sha256.of(text.getBytes(UTF_8)).bytes();
    return "\"" + HexFormat.of().formatHex(digest, 0, ETAG_BYTES) + "\"";
  }

  /** The estimated size in a response, in bytes. */
  public int bytes() {
    return FIXED_BYTES
        + owner.getBytes(UTF_8).length
        + bytes(profile.displayName())
        + bytes(profile.description());
  }

  /** With the length, so that different texts never have the same parts. */
  private static String part(@Nullable String text) {
    return text == null ? "-" : text.length() + ":" + text;
  }

  private static int bytes(@Nullable String text) {
    return text == null ? 0 : text.getBytes(UTF_8).length;
  }

  /** The TTL of new sessions whose expiry is unset; null for none. */
  public @Nullable Duration defaultSessionTtl() {
    return profile.defaultSessionTtl();
  }

  /** Whether the agents are equal except for their profiles. */
  public boolean equalsExceptProfile(Agent other) {
    return other.withProfile(profile).equals(this);
  }

  /** Returns this agent with another profile. */
  public Agent withProfile(Profile profile) {
    return new Agent(agentId, owner, createTime, profile);
  }

  /** Returns this agent with another default TTL for sessions; null for none. */
  public Agent withDefaultSessionTtl(@Nullable Duration ttl) {
    return withProfile(new Profile(profile.displayName(), profile.description(), ttl));
  }
}
