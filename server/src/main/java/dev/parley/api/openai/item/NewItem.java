package dev.parley.api.openai.item;

import dev.parley.core.append.NewMessage;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An item to append.
 *
 * @param id the id that the client sent; null if there is none
 * @param role the author of the message
 * @param content the content of the message
 * @param marker what the metadata of the message has for this API; null for a reference
 * @param field the name of the id in errors, for a reference that is not resolved yet; otherwise
 *     null
 * @param after the sequence that messages stored for this item are greater than: that of the copied
 *     item if it is in the same conversation; otherwise 0
 */
public record NewItem(
    @Nullable String id,
    Role role,
    Content content,
    @Nullable Marker marker,
    @Nullable String field,
    long after) {

  /** A reference to an item, which must be replaced by a copy of the item. */
  static NewItem reference(String id, String field) {
    return new NewItem(id, Role.SYSTEM, Content.text(""), null, field, 0);
  }

  /**
   * A copy of a stored item, with a new id. A message of another API is copied as the item that it
   * is shown as.
   *
   * @param sessionId the session of the message
   * @param after see {@link NewItem}
   */
  public static NewItem copyOf(UUID sessionId, Message message, String by, long after) {
    Message.Draft draft = message.draft();
    Marker own = ItemMapper.marker(sessionId, draft);
    if (own == null) {
      NewItem shown = new ItemParser(by).parse(ItemMapper.json(sessionId, message), "item");
      return new NewItem(null, shown.role, shown.content, shown.marker, null, after);
    }
    Marker marker = Marker.of(by, own.type(), own.members());
    return new NewItem(null, draft.role(), draft.content(), marker, null, after);
  }

  /**
   * This item as part of a call with an idempotency key.
   *
   * @param call see {@link Marker#call}
   */
  public NewItem ofCall(@Nullable String call) {
    Marker marked = marker == null ? null : marker.withCall(call);
    return new NewItem(id, role, content, marked, field, after);
  }

  /** The size of the message in bytes, without its id. */
  public long bytes() {
    return (long) content.utf8().length + metadata(false).utf8().length;
  }

  public boolean isReference() {
    return field != null;
  }

  /** The id of the referenced item. */
  public String referenced() {
    return Objects.requireNonNull(id);
  }

  /** The name of the id of a reference in errors. */
  public String requireField() {
    return Objects.requireNonNull(field);
  }

  /**
   * The id that the client chose, if it can be a message id. An id that this conversation computes
   * for its items cannot.
   */
  public @Nullable String chosenId(UUID sessionId) {
    if (id == null || !ItemIds.isUsable(id)) {
      return null;
    }
    ItemIds.Position position = ItemIds.position(id);
    return position != null && position.sessionId().equals(sessionId) ? null : id;
  }

  /** The message with the id of the client. */
  public NewMessage withChosenId() {
    return message(id, true);
  }

  /**
   * The message without the id of the client.
   *
   * @param messageId the message id; null for a new one
   */
  public NewMessage withoutChosenId(@Nullable String messageId) {
    return message(messageId, false);
  }

  private NewMessage message(@Nullable String messageId, boolean chosen) {
    return new NewMessage(messageId, role, content, null, metadata(chosen));
  }

  private Json metadata(boolean chosen) {
    return marker == null
        ? Json.EMPTY_OBJECT
        : marker.withId(chosen ? id : null).withCrc(role, content).toMetadata();
  }

  /** Whether this item was stored as {@code message}, with the id of the client or without it. */
  public boolean isStoredAs(Message message) {
    Message.Draft draft = message.draft();
    boolean sameData =
        message.sequence() > after
            && draft.role() == role
            && draft.runId() == null
            && draft.content().equals(content);
    return sameData
        && (draft.metadata().equals(metadata(false))
            || (draft.messageId().equals(id) && draft.metadata().equals(metadata(true))));
  }
}
