package dev.parley.storage.query;

import dev.parley.model.Session;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of the sessions that are filed as due to be deleted.
 *
 * @param sessions as they are; those that were written to since they were filed may be due later,
 *     or never
 * @param next the place of the last one that was looked at; null if none follows it
 */
public record ExpiredPage(List<Session> sessions, @Nullable Cursor next) {}
