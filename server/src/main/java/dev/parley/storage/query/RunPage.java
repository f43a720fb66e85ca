package dev.parley.storage.query;

import dev.parley.model.Run;
import dev.parley.model.Session;
import java.util.List;

/**
 * Runs of one session, of one moment.
 *
 * @param session the session
 * @param runs its runs that were asked for
 */
public record RunPage(Session session, List<Run> runs) {}
