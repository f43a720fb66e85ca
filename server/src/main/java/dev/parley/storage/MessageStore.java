package dev.parley.storage;

import dev.parley.model.AppendResult;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import dev.parley.model.audit.AuditContext;
import dev.parley.storage.query.MessageLookup;
import dev.parley.storage.query.MessagePage;
import dev.parley.storage.query.MessageQuery;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Stores messages. {@link Store} describes what all methods share. */
public interface MessageStore {
  /**
   * Appends messages to a session in their order, all or none. Their sequences continue from the
   * session's head sequence.
   *
   * <p>The id of a deleted message cannot be used again: the append fails with {@code
   * MESSAGE_ID_REUSED}. Ids of cleared messages can be used again.
   *
   * <p>A draft is a duplicate if its id is one of {@link Append#chosenIds} and the session already
   * has a message with that id, or if an earlier draft of the same append has the id. The answer to
   * a duplicate is the stored message if the drafts are equal. Otherwise the append fails with
   * {@code MESSAGE_ID_REUSED}. If all drafts are duplicates, nothing is written, and the expected
   * head and the lease are ignored. The answer then has the same messages as the first time, and
   * the session in its present state.
   *
   * <p>Fails with:
   *
   * <ul>
   *   <li>{@code SESSION_NOT_FOUND} if the session does not exist and none is to be created
   *   <li>{@code AGENT_NOT_FOUND} if a session is to be created and its agent does not exist
   *   <li>{@code KEY_IN_USE} if a session is to be created and another user's session holds the key
   *   <li>{@code SESSION_ARCHIVED} if the session is archived
   *   <li>{@code LEASE_LOST} if a lease is required and no run of the session has a lease with this
   *       fence that is not expired
   *   <li>{@code STALE_SEQUENCE} if the head sequence differs from the expected one
   * </ul>
   */
  CompletableFuture<AppendResult> append(Append append);

  /**
   * Lists messages of one session, and the session, from one state of the store. Completes empty if
   * the session does not exist.
   */
  CompletableFuture<Optional<MessagePage>> listMessages(
      MessageQuery query, Cancellation cancellation);

  /**
   * Finds single messages of one session, and the session, from one state of the store. The
   * messages are in ascending order, each of them once. Unknown ids and sequences are left out. The
   * cost grows with the number of ids and sequences, not with the number of messages of the
   * session. Completes empty if the session does not exist.
   */
  CompletableFuture<Optional<MessagePage>> findMessages(
      MessageLookup lookup, Cancellation cancellation);

  /**
   * Deletes the content and metadata of a message. Its sequence, id, role and run stay. The message
   * count of the session falls. Completes with the deleted message.
   *
   * <p>Fails with {@code SESSION_NOT_FOUND}, with {@code SESSION_ARCHIVED}, and with {@code
   * MESSAGE_NOT_FOUND} if the session does not have the message or it is already deleted.
   */
  CompletableFuture<Message> deleteMessage(SessionRef ref, String messageId, AuditContext audit);

  /**
   * Deletes all messages of a session, with their ids. The session and its head sequence stay. The
   * cost of later reads does not depend on the number of deleted messages. Writes an audit entry
   * even if the session has no messages.
   *
   * <p>Fails with {@code SESSION_NOT_FOUND} and with {@code SESSION_ARCHIVED}.
   *
   * @param guard fails the call by throwing
   */
  CompletableFuture<Session> clearSession(
      SessionRef ref, Consumer<Session> guard, AuditContext audit);
}
