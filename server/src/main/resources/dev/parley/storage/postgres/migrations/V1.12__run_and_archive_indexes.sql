-- Runs by state, and archived sessions by create time. The start of a run and each change of its state
-- write the index of runs. Appends write none of these indexes.
--
-- Calls continue while the indexes are built. A step that was interrupted is run again, so it first
-- removes what it left.

DROP INDEX CONCURRENTLY IF EXISTS run_by_state;
CREATE INDEX CONCURRENTLY run_by_state
  ON run (agent_id, state, create_time DESC, session_id, run_number DESC);

DROP INDEX CONCURRENTLY IF EXISTS session_archive_creation;
CREATE INDEX CONCURRENTLY session_archive_creation
  ON session (agent_id, create_time DESC, session_id)
  WHERE archive_time IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS session_archive_creation_of_user;
CREATE INDEX CONCURRENTLY session_archive_creation_of_user
  ON session (agent_id, user_id, create_time DESC, session_id)
  WHERE archive_time IS NOT NULL AND user_id IS NOT NULL;
