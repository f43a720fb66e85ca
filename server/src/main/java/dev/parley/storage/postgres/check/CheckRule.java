package dev.parley.storage.postgres.check;

/**
 * The inconsistencies to check for. Each has a query that returns where it occurs. Citus joins
 * tables that are distributed by different columns only if all but one are in a subquery that
 * cannot be merged into the query, hence {@code OFFSET 0}.
 */
enum CheckRule {
  KEY_WITHOUT_AGENT(
      "belongs to no agent",
      """
      SELECT 'key ' || k.key_id || ' of agent ' || k.agent_id
      FROM api_key k LEFT JOIN agent a ON a.agent_id = k.agent_id
      WHERE k.agent_id IS NOT NULL AND a.agent_id IS NULL
      """),
  KEY_OF_ANOTHER_OWNER(
      "has another owner than its agent",
      """
      SELECT 'key ' || k.key_id || ' of agent ' || k.agent_id
      FROM api_key k JOIN agent a ON a.agent_id = k.agent_id
      WHERE k.owner <> a.owner
      """),
  KEY_WITHOUT_SECRET(
      "the hash of its secret does not have 32 bytes",
      "SELECT 'key ' || key_id FROM api_key WHERE octet_length(secret_hash) <> 32"),
  AGENT_AND_HOME(
      "differs between the tables agent and agent_home",
      """
      SELECT 'agent ' || coalesce(a.agent_id, h.agent_id)
      FROM agent a FULL JOIN agent_home h ON h.agent_id = a.agent_id
      WHERE a.owner IS DISTINCT FROM h.owner
        OR a.default_session_ttl IS DISTINCT FROM h.default_session_ttl
      """),
  SESSION_WITHOUT_AGENT(
      "belongs to no agent",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s LEFT JOIN agent a ON a.agent_id = s.agent_id
      WHERE a.agent_id IS NULL
      """),
  SESSION_NOT_LOCATED(
      "is not found by its id alone",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s
      LEFT JOIN (SELECT session_id, agent_id FROM session_location OFFSET 0) AS l
        ON l.session_id = s.session_id AND l.agent_id = s.agent_id
      WHERE l.session_id IS NULL
      """),
  LOCATION_WITHOUT_SESSION(
      "the list of ids leads to no session",
      """
      SELECT 'session ' || l.session_id || ' of agent ' || l.agent_id
      FROM session_location l
      LEFT JOIN (SELECT session_id, agent_id FROM session OFFSET 0) AS s
        ON s.session_id = l.session_id AND s.agent_id = l.agent_id
      WHERE s.session_id IS NULL
      """),
  SESSIONS_OF_USER(
      "has a wrong session count in the table user_agent",
      """
      SELECT DISTINCT 'agent ' || coalesce(u.agent_id, s.agent_id)
      FROM user_agent u
      FULL JOIN (
        SELECT a.owner, s.user_id, s.agent_id, count(*) AS sessions
        FROM session s JOIN agent a ON a.agent_id = s.agent_id
        WHERE s.user_id IS NOT NULL
        GROUP BY a.owner, s.user_id, s.agent_id
        OFFSET 0
      ) s ON s.owner = u.owner AND s.user_id = u.user_id AND s.agent_id = u.agent_id
      WHERE u.session_count IS DISTINCT FROM s.sessions
      """),
  SESSION_CREATION(
      "differs between the tables session and session_creation",
      """
      SELECT 'session ' || coalesce(s.session_id, c.session_id)
        || ' of agent ' || coalesce(s.agent_id, c.agent_id)
      FROM (SELECT * FROM session WHERE archive_time IS NULL) s
      FULL JOIN session_creation c ON c.agent_id = s.agent_id AND c.session_id = s.session_id
      WHERE s.create_time IS DISTINCT FROM c.create_time
        OR s.user_id IS DISTINCT FROM c.user_id OR s.client IS DISTINCT FROM c.client
      """),
  SESSION_LABELS(
      "differs between the tables session and session_label",
      """
      SELECT DISTINCT 'session ' || coalesce(s.session_id, l.session_id)
        || ' of agent ' || coalesce(s.agent_id, l.agent_id)
      FROM (
        SELECT agent_id, session_id, create_time,
          GREATEST(update_time, busy_update_time) AS update_time,
          unnest(string_to_array(labels, E'\\n')) AS label
        FROM session WHERE archive_time IS NULL AND labels IS NOT NULL
      ) s
      FULL JOIN (
        SELECT agent_id, session_id, create_time, update_time, name || '=' || value AS label
        FROM session_label
      ) l ON l.agent_id = s.agent_id AND l.session_id = s.session_id AND l.label = s.label
      WHERE s.create_time IS DISTINCT FROM l.create_time
        OR s.update_time IS DISTINCT FROM l.update_time
      """),
  SESSION_NOT_IN_EXPIRY_INDEX(
      "is missing from the expiry index, or indexed too late",
      """
      SELECT 'session ' || session_id || ' of agent ' || agent_id
      FROM session
      WHERE archive_time IS NULL AND LEAST(expire_time, update_time + ttl) IS NOT NULL
        AND (due_time IS NULL
          OR due_time > LEAST(expire_time, GREATEST(update_time, busy_update_time) + ttl))
      """),
  SESSION_NOT_BUSY(
      "has the update time of a busy session and is not marked as busy",
      """
      SELECT 'session ' || session_id || ' of agent ' || agent_id
      FROM session
      WHERE busy_update_time > update_time AND NOT busy
      """),
  LEASES_NOT_INDEXED(
      "is missing from the index of leases, or in it without leases",
      """
      SELECT 'session ' || session_id || ' of agent ' || agent_id
      FROM session
      WHERE (leases IS NULL) <> (lease_due_time IS NULL)
      """),
  SEQUENCES(
      "its messages do not have all sequences up to its head sequence",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s
      LEFT JOIN (
        SELECT agent_id, session_id, count(*) AS n, min(sequence) AS least, max(sequence) AS most
        FROM message GROUP BY agent_id, session_id
      ) m ON m.agent_id = s.agent_id AND m.session_id = s.session_id
      WHERE coalesce(m.n, 0) <> s.head_sequence - s.cleared_sequence
        OR coalesce(m.most, s.cleared_sequence) <> s.head_sequence
        OR coalesce(m.least, s.cleared_sequence + 1) <> s.cleared_sequence + 1
      """),
  SPOKEN(
      "has a wrong count of user and assistant messages",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s
      LEFT JOIN (
        SELECT agent_id, session_id, count(*) AS n
        FROM message WHERE role IN (0, 1) AND delete_time IS NULL GROUP BY agent_id, session_id
      ) m ON m.agent_id = s.agent_id AND m.session_id = s.session_id
      WHERE coalesce(m.n, 0) <> s.spoken_count
      """),
  DELETED(
      "has a wrong count of deleted messages",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s
      LEFT JOIN (
        SELECT agent_id, session_id, count(*) AS n
        FROM message WHERE delete_time IS NOT NULL GROUP BY agent_id, session_id
      ) m ON m.agent_id = s.agent_id AND m.session_id = s.session_id
      WHERE coalesce(m.n, 0) + s.cleared_sequence <> s.deleted_count
      """),
  MESSAGE_ID_TWICE(
      "two messages have the same id",
      """
      SELECT DISTINCT 'session ' || session_id || ' of agent ' || agent_id
      FROM message
      GROUP BY agent_id, session_id, message_id
      HAVING count(*) > 1
      """),
  RUN_NUMBERS(
      "its runs do not have the numbers 1 to its run count",
      """
      SELECT 'session ' || s.session_id || ' of agent ' || s.agent_id
      FROM session s
      LEFT JOIN (
        SELECT agent_id, session_id, count(*) AS n, min(run_number) AS least,
          max(run_number) AS most
        FROM run GROUP BY agent_id, session_id
      ) r ON r.agent_id = s.agent_id AND r.session_id = s.session_id
      WHERE coalesce(r.n, 0) <> s.run_count
        OR coalesce(r.most, 0) <> s.run_count OR coalesce(r.least, 1) <> 1
      """),
  CONTEXT(
      "the context of a run is incomplete",
      """
      SELECT 'run ' || r.run_number || ' of session ' || r.session_id
        || ' of agent ' || r.agent_id
      FROM run r
      LEFT JOIN (
        SELECT agent_id, session_id, run_number, sum(octet_length(item)) AS bytes,
          count(*) - 1 - max(position) + min(position) AS gaps
        FROM run_context GROUP BY agent_id, session_id, run_number
      ) c ON c.agent_id = r.agent_id AND c.session_id = r.session_id
        AND c.run_number = r.run_number
      WHERE coalesce(c.bytes, 0) <> r.context_bytes OR coalesce(c.gaps, 0) <> 0
      """),
  MESSAGE_WITHOUT_SESSION(
      "messages have no session",
      """
      SELECT DISTINCT 'session ' || m.session_id || ' of agent ' || m.agent_id
      FROM message m
      LEFT JOIN session s ON s.agent_id = m.agent_id AND s.session_id = m.session_id
      WHERE s.session_id IS NULL
      """),
  RUN_WITHOUT_SESSION(
      "runs have no session",
      """
      SELECT DISTINCT 'session ' || r.session_id || ' of agent ' || r.agent_id
      FROM run r
      LEFT JOIN session s ON s.agent_id = r.agent_id AND s.session_id = r.session_id
      WHERE s.session_id IS NULL
      """),
  CONTEXT_WITHOUT_RUN(
      "a context belongs to no run",
      """
      SELECT DISTINCT 'session ' || c.session_id || ' of agent ' || c.agent_id
      FROM run_context c
      LEFT JOIN run r ON r.agent_id = c.agent_id AND r.session_id = c.session_id
        AND r.run_number = c.run_number
      WHERE r.run_id IS NULL
      """),
  MESSAGE_UNREADABLE(
      "the record of a message cannot be read",
      """
      SELECT 'message ' || sequence || ' of session ' || session_id || ' of agent ' || agent_id
      FROM message
      WHERE role NOT BETWEEN 0 AND 4 OR create_time <= 0 OR message_id = '' OR metadata = ''
      """),
  CHANGE_WITHOUT_AGENT(
      "belongs to no agent",
      """
      SELECT 'change ' || c.change_number || ' of agent ' || c.agent_id
      FROM session_change c LEFT JOIN agent a ON a.agent_id = c.agent_id
      WHERE a.agent_id IS NULL
      """),
  CHANGE_AFTER_LAST(
      "is after the last number of the sequence session_change_number",
      """
      SELECT 'change ' || change_number || ' of agent ' || agent_id
      FROM session_change
      WHERE change_number > (SELECT last_value FROM session_change_number)
      """),
  CHANGE_UNREADABLE(
      "the record of a change cannot be read",
      """
      SELECT 'change ' || change_number || ' of agent ' || agent_id
      FROM session_change
      WHERE kind NOT BETWEEN 0 AND 4 OR change_number <= 0 OR first_sequence > last_sequence
        OR (kind = 2 AND run_id IS NULL) OR (kind <> 2 AND run_id IS NOT NULL)
      """),
  AUDIT_UNREADABLE(
      "the record of an audit entry cannot be read",
      """
      SELECT 'audit entry ' || entry_id
      FROM audit_entry
      WHERE act_time <= 0 OR action = '' OR identity = ''
        OR (owner IS NULL AND coalesce(agent_id, session_id, key_id) IS NOT NULL)
      """),
  RUN_UNREADABLE(
      "the record of a run cannot be read",
      """
      SELECT 'run ' || run_number || ' of session ' || session_id || ' of agent ' || agent_id
      FROM run
      WHERE state NOT BETWEEN 0 AND 4 OR create_time <= 0 OR run_id = '' OR details = ''
      """);

  private final String what;
  private final String query;

  CheckRule(String what, String query) {
    this.what = what;
    this.query = query;
  }

  /** The problem, in a few words. */
  String what() {
    return what;
  }

  /** A query that returns one text for each affected entity. */
  String query() {
    return query;
  }
}
