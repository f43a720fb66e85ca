package dev.parley.search;

import dev.parley.storage.live.SessionId;
import java.time.Instant;
import java.util.UUID;

/**
 * A message that an index found.
 *
 * @param session the session of the message
 * @param sequence the sequence of the message
 * @param score how well the message matches; comparable only with hits of the same query
 * @param createTime the create time of the message
 */
public record SearchHit(SessionId session, long sequence, float score, Instant createTime) {
  /** The position of this hit in its list. */
  public Position position() {
    return new Position(score, createTime, session.sessionId(), sequence);
  }

  /**
   * A position in a list of hits. Hits with equal scores and times are ordered by session and
   * sequence, in an order of the index.
   *
   * @param score the score of the hit; ignored in a list by time
   * @param createTime the create time of the message
   * @param sessionId the session of the message
   * @param sequence the sequence of the message
   */
  public record Position(float score, Instant createTime, UUID sessionId, long sequence) {}
}
