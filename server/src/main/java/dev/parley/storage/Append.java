package dev.parley.storage;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an append.
 *
 * @param ref the session to append to
 * @param sessionIfMissing the session to create if {@code ref} is a key that no active session
 *     holds; null to create none
 * @param expectedHead the required head sequence of the session, if any
 * @param leaseFence the fence of the required lease, if any
 * @param drafts at least one draft
 * @param chosenIds the ids of the drafts that the caller chose and that the session may already
 *     have; all other ids must be random UUIDs. Stores do not search for these, and replace their
 *     last 12 digits by the sequence of the message
 * @param now when the append happens; a message is stored with this time, or with the session's
 *     update time if that is later
 */
public record Append(
    SessionRef ref,
    @Nullable Session sessionIfMissing,
    OptionalLong expectedHead,
    OptionalLong leaseFence,
    List<Message.Draft> drafts,
    Set<String> chosenIds,
    Instant now) {

  public Append {
    drafts = List.copyOf(drafts);
    chosenIds = Set.copyOf(chosenIds);
    if (drafts.isEmpty()) {
      throw new IllegalArgumentException("An append requires at least one draft.");
    }
  }

  /** Creates an append that requires no lease. */
  public Append(
      SessionRef ref,
      @Nullable Session sessionIfMissing,
      OptionalLong expectedHead,
      List<Message.Draft> drafts,
      Set<String> chosenIds,
      Instant now) {
    this(ref, sessionIfMissing, expectedHead, OptionalLong.empty(), drafts, chosenIds, now);
  }

  /** Creates an append that requires no lease and in which the caller chose all ids. */
  public Append(
      SessionRef ref,
      @Nullable Session sessionIfMissing,
      OptionalLong expectedHead,
      List<Message.Draft> drafts,
      Instant now) {
    this(
        ref,
        sessionIfMissing,
        expectedHead,
        drafts,
        drafts.stream().map(Message.Draft::messageId).collect(Collectors.toSet()),
        now);
  }

  /** This append with other drafts of the same ids. */
  public Append withDrafts(List<Message.Draft> drafts) {
    return new Append(ref, sessionIfMissing, expectedHead, leaseFence, drafts, chosenIds, now);
  }
}
