-- Runs of an agent in a state, the most recently created first. The start of a run and each change of
-- its state write this index. Appends do not.
--
-- Calls continue while the index is built. A step that was interrupted is run again, so it first
-- removes what it left.

DROP INDEX CONCURRENTLY IF EXISTS run_by_state;
CREATE INDEX CONCURRENTLY run_by_state
  ON run (agent_id, state, create_time DESC, session_id, run_number DESC);
