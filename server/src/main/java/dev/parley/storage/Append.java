package dev.parley.storage;

import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What to append.
 *
 * @param ref the session to append to
 * @param sessionIfMissing the session to make if {@code ref} is a key that none holds; null to make
 *     none
 * @param expectedHead the head sequence that the session must have
 * @param drafts at least one
 * @param now when; a message is stored at this time or, if that is later, at the session's update
 *     time
 */
public record Append(
    SessionRef ref,
    @Nullable Session sessionIfMissing,
    OptionalLong expectedHead,
    List<Message.Draft> drafts,
    Instant now) {

  public Append {
    drafts = List.copyOf(drafts);
    if (drafts.isEmpty()) {
      throw new IllegalArgumentException("An append has at least one draft.");
    }
  }
}
