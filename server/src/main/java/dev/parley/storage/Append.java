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
 * What to append.
 *
 * @param ref the session to append to
 * @param sessionIfMissing the session to make if {@code ref} is a key that none holds; null to make
 *     none
 * @param expectedHead the head sequence that the session must have
 * @param drafts at least one
 * @param chosenIds the ids of drafts that a caller chose, and that the session may hold already;
 *     the others must be new, as ids drawn at random are: no store looks for them
 * @param now when; a message is stored at this time or, if that is later, at the session's update
 *     time
 */
public record Append(
    SessionRef ref,
    @Nullable Session sessionIfMissing,
    OptionalLong expectedHead,
    List<Message.Draft> drafts,
    Set<String> chosenIds,
    Instant now) {

  public Append {
    drafts = List.copyOf(drafts);
    chosenIds = Set.copyOf(chosenIds);
    if (drafts.isEmpty()) {
      throw new IllegalArgumentException("An append has at least one draft.");
    }
  }

  /** An append of drafts whose ids a caller chose, each of them. */
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
}
