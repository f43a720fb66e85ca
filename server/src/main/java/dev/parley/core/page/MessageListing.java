package dev.parley.core.page;

import dev.parley.model.Role;
import dev.parley.model.SessionRef;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a list of messages, apart from those of one page.
 *
 * @param ref the session
 * @param newestFirst true for descending sequences, false for ascending
 * @param start where the list starts; null for the first message in the requested order. Page
 *     tokens take precedence.
 * @param around whether the first page also contains messages before the start
 * @param roles only messages with these roles
 * @param runId only messages of this run; null for all
 * @param showDeleted whether to include deleted messages
 * @param bytesMax the maximum size of a page in bytes; a page contains at least one message
 */
public record MessageListing(
    SessionRef.ById ref,
    boolean newestFirst,
    @Nullable MessageStart start,
    boolean around,
    Set<Role> roles,
    @Nullable String runId,
    boolean showDeleted,
    long bytesMax) {

  /** All messages of a session, in pages of at most {@link Page#BYTES_MAX} bytes. */
  public static MessageListing all(SessionRef.ById ref, boolean newestFirst) {
    Set<Role> roles = EnumSet.allOf(Role.class);
    return new MessageListing(ref, newestFirst, null, false, roles, null, false, Page.BYTES_MAX);
  }

  /** Whether messages of some roles are left out. */
  boolean filtersRoles() {
    return roles.size() < Role.values().length;
  }

  /** Identifies the list in page tokens. Pages of a list can have other starts and sizes. */
  String query() {
    String list = "messages/" + ref.agentId() + "/" + ref.sessionId() + "/" + newestFirst;
    if (filtersRoles()) {
      list += "/roles=" + roles.stream().sorted().toList();
    }
    if (showDeleted) {
      list += "/deleted";
    }
    return runId == null ? list : list + "/run=" + runId;
  }
}
