package dev.parley.storage.query;

import dev.parley.model.Run;
import dev.parley.model.Session;
import java.util.List;

/**
 * Runs of one session, from one state of the store.
 *
 * @param session the session
 * @param runs the requested runs
 */
public record RunPage(Session session, List<Run> runs) {}
