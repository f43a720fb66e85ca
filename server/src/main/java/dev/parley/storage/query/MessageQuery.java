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
    long after,
    int limit,
    long bytesMax) {}
