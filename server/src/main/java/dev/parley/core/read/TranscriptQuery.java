package dev.parley.core.read;

import dev.parley.model.Run;
import dev.parley.model.SessionRef;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Selects the turns of a session.
 *
 * @param ref the session
 * @param limit the maximum number of turns, counted from the newest
 * @param shown turns of runs that do not match are omitted; turns without a run are included
 * @param withContext whether to read the retrieved context
 * @param addedBytes how many bytes a run adds to the response with each of its turns, in addition
 *     to its stored size
 * @param bytesMax the maximum size in bytes; the oldest turns that exceed it are omitted
 */
public record TranscriptQuery(
    SessionRef.ById ref,
    int limit,
    Predicate<Run> shown,
    boolean withContext,
    ToLongFunction<Run> addedBytes,
    long bytesMax) {}
