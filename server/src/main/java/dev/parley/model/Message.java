package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stored message of a session.
 *
 * @param sequence its place: 1, 2, 3 and so on without gaps
 * @param draft what the caller sent
 * @param createTime when it was stored, in microseconds; never earlier than that of the message
 *     before
 */
public record Message(long sequence, Draft draft, Instant createTime) {

  /** What its fixed fields take in an answer, in bytes, with some room. */
  public static final int FIXED_BYTES = 100;

  /**
   * How much it takes in an answer, in bytes: what callers put into it, its ids included, and
   * {@link #FIXED_BYTES}.
   */
  public int bytes() {
    String runId = draft.runId();
    return FIXED_BYTES
        + draft.bytes()
        + draft.messageId().getBytes(UTF_8).length
        + (runId == null ? 0 : runId.getBytes(UTF_8).length);
  }

  /**
   * What a caller sends. Two drafts with the same id that are not equal are different messages.
   *
   * @param messageId unique within the session, 1..255 characters
   * @param role who speaks
   * @param content what is said
   * @param runId the run that it belongs to
   * @param metadata anything else, an object
   */
  public record Draft(
      String messageId, Role role, Content content, @Nullable String runId, Json metadata) {

    /** How much content and metadata take, in bytes. */
    public int bytes() {
      return content.utf8().length + metadata.utf8().length;
    }
  }
}
