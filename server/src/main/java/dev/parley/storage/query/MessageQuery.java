package dev.parley.storage.query;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of messages.
 *
 * @param ref the session
 * @param newestFirst true for descending sequences, false for ascending
 * @param roles only messages with these roles
 * @param runIds only messages of these runs; null for all
 * @param deleted whether to include deleted messages
 * @param after only messages after this sequence in the requested order; 0 to start at the first
 * @param limit the page size, at least 1
 * @param bytesMax the page ends before the message that makes its total {@link Message#bytes}
 *     exceed this limit; the first message is always included
 */
public record MessageQuery(
    SessionRef ref,
    boolean newestFirst,
    Set<Role> roles,
    @Nullable Set<String> runIds,
    boolean deleted,
    long after,
    int limit,
    long bytesMax) {

  /** Creates a query that leaves out deleted messages. */
  public MessageQuery(
      SessionRef ref,
      boolean newestFirst,
      Set<Role> roles,
      @Nullable Set<String> runIds,
      long after,
      int limit,
      long bytesMax) {
    this(ref, newestFirst, roles, runIds, false, after, limit, bytesMax);
  }

  /** This query, including deleted messages. */
  public MessageQuery withDeleted() {
    return new MessageQuery(ref, newestFirst, roles, runIds, true, after, limit, bytesMax);
  }

  /** Whether the list contains this message of the session and the runs. */
  public boolean includes(Message message) {
    return roles.contains(message.draft().role()) && (deleted || !message.isDeleted());
  }
}
