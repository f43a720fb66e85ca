package dev.parley.core.append;

import dev.parley.model.SessionRef;
import java.util.List;
import java.util.OptionalLong;

/**
 * An append to one session.
 *
 * @param ref the session
 * @param createIfMissing creates the session if {@code ref} is a key that no active session uses
 * @param expectedHead the required head sequence of the session
 * @param leaseFence the fence of the required lease
 * @param messages at least one message
 */
public record AppendRequest(
    SessionRef ref,
    boolean createIfMissing,
    OptionalLong expectedHead,
    OptionalLong leaseFence,
    List<NewMessage> messages) {

  public AppendRequest {
    messages = List.copyOf(messages);
  }

  /** Creates an append that requires no lease. */
  public AppendRequest(
      SessionRef ref,
      boolean createIfMissing,
      OptionalLong expectedHead,
      List<NewMessage> messages) {
    this(ref, createIfMissing, expectedHead, OptionalLong.empty(), messages);
  }
}
