package dev.parley.storage.query;

import java.time.Instant;
import java.util.UUID;

/**
 * A position in a list of sessions or audit entries, which is ordered by time, then by id as an
 * unsigned number.
 *
 * @param time the update time or create time of the session at this position; its archive time in a
 *     list of archives; the time of an audit entry
 * @param sessionId the session or audit entry at this position
 */
public record Cursor(Instant time, UUID sessionId) {}
