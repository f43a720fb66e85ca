package dev.parley.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored message of a session.
 *
 * @param sequence the position in the session: 1, 2, 3 and so on, without gaps
 * @param draft the message as the caller sent it
 * @param createTime when the message was stored, in microseconds; never earlier than the previous
 *     message
 * @param deleteTime when the message was deleted; null while it is not deleted. A deleted message
 *     keeps its sequence, id, role, run and times. Its content is an empty text, and its metadata
 *     is empty.
 */
public record Message(
    long sequence, Draft draft, Instant createTime, @Nullable Instant deleteTime) {

  /** Creates a message that is not deleted. */
  public Message(long sequence, Draft draft, Instant createTime) {
    this(sequence, draft, createTime, null);
  }

  /** An estimate of the size of the fixed fields in a response, in bytes. */
  public static final int FIXED_BYTES = 100;

  /**
   * The estimated size in a response, in bytes: the caller's data, the ids, and {@link
   * #FIXED_BYTES}.
   */
  public int bytes() {
    String runId = draft.runId();
    return FIXED_BYTES
        + draft.bytes()
        + draft.messageId().getBytes(UTF_8).length
        + (runId == null ? 0 : runId.getBytes(UTF_8).length);
  }

  /** The client time, or the time when the message was stored if there is none. */
  public Instant shownTime() {
    Instant clientTime = draft.clientTime();
    return clientTime == null ? createTime : clientTime;
  }

  /** Whether the message is deleted. */
  public boolean isDeleted() {
    return deleteTime != null;
  }

  /** Returns this message as it is after its deletion. */
  public Message deleted(Instant now) {
    Draft emptied =
        new Draft(
            draft.messageId(),
            draft.role(),
            Content.text(""),
            draft.runId(),
            Json.EMPTY_OBJECT,
            draft.clientTime());
    return new Message(sequence, emptied, createTime, now);
  }

  /**
   * A message as a caller sends it. Drafts with the same id that are not equal are different
   * messages.
   *
   * @param messageId unique within the session, 1..255 characters
   * @param role the author
   * @param content the text or blocks
   * @param runId the run of the message, if any
   * @param metadata any other data, a JSON object
   * @param clientTime when the message was written, as the caller says, in microseconds, if it does
   */
  public record Draft(
      String messageId,
      Role role,
      Content content,
      @Nullable String runId,
      Json metadata,
      @Nullable Instant clientTime) {

    /** Creates a message without a client time. */
    public Draft(
        String messageId, Role role, Content content, @Nullable String runId, Json metadata) {
      this(messageId, role, content, runId, metadata, null);
    }

    /** This message with another id. */
    public Draft withId(String id) {
      return new Draft(id, role, content, runId, metadata, clientTime);
    }

    /** The size of content and metadata, in bytes. */
    public int bytes() {
      return content.utf8().length + metadata.utf8().length;
    }
  }
}
