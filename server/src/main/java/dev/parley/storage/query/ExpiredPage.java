package dev.parley.storage.query;

import dev.parley.model.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the expiry index.
 *
 * @param sessions the sessions in their present state; a session that changed since it was indexed
 *     may expire later or never
 * @param next the position of the last entry that was read; null at the end of the list
 */
public record ExpiredPage(List<Session> sessions, @Nullable Cursor next) {}
