-- Active sessions by create time. Appends rewrite all index entries of a row of the table session,
-- and none of this table.
--
-- Sessions that older servers on the same database create are missing from this table, and sessions
-- that they delete or archive stay in it: lists by create time are complete once all servers are
-- upgraded and POSTGRES.md was followed. Sessions that stay are not listed.

CREATE TABLE session_creation (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  create_time bigint NOT NULL,
  user_id text COLLATE "C",
  client text COLLATE "C",
  PRIMARY KEY (agent_id, session_id)
);

-- The rows first: this is faster than adding each to the indexes.
INSERT INTO session_creation (agent_id, session_id, create_time, user_id, client)
SELECT agent_id, session_id, create_time, user_id, client
FROM session
WHERE archive_time IS NULL;

CREATE INDEX session_creation_of_agent
  ON session_creation (agent_id, create_time DESC, session_id);
CREATE INDEX session_creation_of_client
  ON session_creation (agent_id, client, create_time DESC, session_id)
  WHERE client IS NOT NULL;
CREATE INDEX session_creation_of_user
  ON session_creation (agent_id, user_id, create_time DESC, session_id)
  WHERE user_id IS NOT NULL;
CREATE INDEX session_creation_of_user_and_client
  ON session_creation (agent_id, user_id, client, create_time DESC, session_id)
  WHERE user_id IS NOT NULL AND client IS NOT NULL;
