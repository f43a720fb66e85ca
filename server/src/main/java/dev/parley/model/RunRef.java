package dev.parley.model;

/**
 * Names a run.
 *
 * @param session the session that it belongs to
 * @param runId its id
 */
public record RunRef(SessionRef.ById session, String runId) {}
