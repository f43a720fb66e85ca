-- Archived sessions of a client and of a user, the most recently archived first. Appends and active
-- sessions do not write these indexes.
--
-- Calls continue while the indexes are built. A step that was interrupted is run again, so it first
-- removes what it left.

DROP INDEX CONCURRENTLY IF EXISTS session_archives_of_client;
CREATE INDEX CONCURRENTLY session_archives_of_client
  ON session (agent_id, client, archive_time DESC, session_id)
  WHERE archive_time IS NOT NULL AND client IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS session_archives_of_user;
CREATE INDEX CONCURRENTLY session_archives_of_user
  ON session (agent_id, user_id, archive_time DESC, session_id)
  WHERE archive_time IS NOT NULL AND user_id IS NOT NULL;

DROP INDEX CONCURRENTLY IF EXISTS session_archives_of_user_and_client;
CREATE INDEX CONCURRENTLY session_archives_of_user_and_client
  ON session (agent_id, user_id, client, archive_time DESC, session_id)
  WHERE archive_time IS NOT NULL AND user_id IS NOT NULL AND client IS NOT NULL;
