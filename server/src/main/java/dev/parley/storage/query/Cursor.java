package dev.parley.storage.query;

import java.time.Instant;
import java.util.UUID;

/**
 * A place in a list of sessions, which goes by time, the latest first, then by session id as an
 * unsigned number.
 *
 * @param time when the session at that place was updated, or archived in a list of archives
 * @param sessionId the session at that place
 */
public record Cursor(Instant time, UUID sessionId) {}
