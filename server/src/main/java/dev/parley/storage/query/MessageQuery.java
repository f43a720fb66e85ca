package dev.parley.storage.query;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionRef;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of a session to read.
 *
 * @param ref the session
 * @param newestFirst by descending sequence; else by ascending
 * @param roles only these
 * @param runIds only those of these runs; null for all
 * @param after only those that come after this sequence in that order; 0 to start from the first
 * @param limit the most to read, at least 1
 * @param bytesMax stop before the message with which they would take more {@link Message#bytes}
 *     than this; the first message is read whatever it takes
 */
public record MessageQuery(
    SessionRef ref,
    boolean newestFirst,
    Set<Role> roles,
    @Nullable Set<String> runIds,
    long after,
    int limit,
    long bytesMax) {}
