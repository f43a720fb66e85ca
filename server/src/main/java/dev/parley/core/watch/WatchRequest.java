package dev.parley.core.watch;

import dev.parley.model.SessionRef;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What to watch.
 *
 * @param session the session; null for all sessions of the agent that the caller may see
 * @param agentId the agent; null for all agents that the caller may see
 * @param from where to start; null for the first message of one session, or the next change of
 *     several sessions
 * @param include what to report
 * @param heartbeat how long the watch is silent before it reports a heartbeat
 */
public record WatchRequest(
    @Nullable SessionRef session,
    @Nullable UUID agentId,
    @Nullable WatchCursor from,
    Set<WatchInclude> include,
    Duration heartbeat) {}
