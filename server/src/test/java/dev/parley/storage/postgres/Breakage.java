package dev.parley.storage.postgres;

import java.util.UUID;

/**
 * Makes the rows of single agents unavailable, as with Citus when a worker does not answer: every
 * statement that touches these rows fails or hangs, over a connection that works.
 */
final class Breakage {
  private final Database database;

  /** Prepares the tables of a store. */
  Breakage(Database database) {
    this.database = database;
    database.execute(
        "CREATE TABLE broken"
            + " (agent_id uuid PRIMARY KEY, state text, hangs boolean, frozen boolean)",
        "CREATE SEQUENCE touched",
        """
        CREATE FUNCTION answers(agent uuid) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
        DECLARE
          found broken;
        BEGIN
          SELECT * INTO found FROM broken WHERE agent_id = agent;
          IF found.agent_id IS NULL THEN
            RETURN true;
          END IF;
          PERFORM nextval('touched');
          WHILE found.frozen LOOP
            BEGIN
              PERFORM pg_sleep(0.05);
            EXCEPTION WHEN query_canceled THEN
              -- Does not end at its time limit.
            END;
            SELECT count(*) > 0 INTO found.frozen FROM broken WHERE agent_id = agent;
          END LOOP;
          IF found.hangs THEN
            PERFORM pg_sleep(60);
          END IF;
          RAISE EXCEPTION 'connection to the remote node worker:5432 failed'
            USING ERRCODE = found.state;
        END $$
        """);
    for (String table : new String[] {"agent_home", "session", "message", "run", "run_context"}) {
      database.execute(
          "ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
          "CREATE POLICY answers ON " + table + " USING (answers(agent_id))");
    }
  }

  /** Statements that touch rows of the agent fail with this SQLSTATE. */
  void fail(UUID agentId, String state) {
    database.execute(
        "INSERT INTO broken VALUES ('%s', '%s', false, false)".formatted(agentId, state));
  }

  /** Statements that touch rows of the agent do not end. */
  void hang(UUID agentId) {
    database.execute("INSERT INTO broken VALUES ('%s', '08006', true, false)".formatted(agentId));
  }

  /**
   * Statements that touch rows of the agent do not end, not even at their time limit, until {@link
   * #repair}. Then they fail.
   */
  void freeze(UUID agentId) {
    database.execute("INSERT INTO broken VALUES ('%s', '08006', false, true)".formatted(agentId));
  }

  void repair() {
    database.execute("DELETE FROM broken");
  }

  /** How many statements touched rows that are unavailable. */
  long touched() {
    return database.number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM touched");
  }
}
