-- Columns and an index for sessions with frequent appends. No row is rewritten.
--
-- Appends to such a session leave update_time and write busy_update_time, which no index contains, so
-- that PostgreSQL writes no index entries of the table session (HOT updates). The fill factor keeps
-- room for them on new pages.
--
-- Older servers on the same database know update_time only. For a busy session, it is at most one
-- hour behind: they show this time, list the session by it, and delete the session that much too
-- early if it has a time to live. Upgrade all servers soon after the first.
--
-- Calls continue while the index is built. A step that was interrupted is run again, so it first
-- removes what it left.

ALTER TABLE session
  -- Whether update_time may be earlier than the last append.
  ADD COLUMN IF NOT EXISTS busy boolean NOT NULL DEFAULT false,
  -- The time of the last append to a busy session.
  ADD COLUMN IF NOT EXISTS busy_update_time bigint;

-- Each append updates a row. A vacuum after 2 % of the rows instead of 20 % keeps the table small.
ALTER TABLE session SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);

DROP INDEX CONCURRENTLY IF EXISTS session_busy;
CREATE INDEX CONCURRENTLY session_busy ON session (agent_id)
  WHERE busy AND archive_time IS NULL;
