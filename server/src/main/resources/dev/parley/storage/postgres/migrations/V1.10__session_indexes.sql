-- Active sessions by create time. Appends rewrite all index entries of a row of the table session,
-- and none of this table.
--
-- Older servers on the same database do not write this table: lists by create time are complete once
-- all servers are upgraded and POSTGRES.md was followed.

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

-- Labels of sessions. No row is rewritten. Older servers on the same database keep labels that exist.
ALTER TABLE session
  -- One line for each label: its name, an equals sign and its value.
  ADD COLUMN labels text;

-- The labels of active sessions. An append to a session with labels updates its rows.
CREATE TABLE session_label (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  create_time bigint NOT NULL,
  update_time bigint NOT NULL,
  PRIMARY KEY (agent_id, session_id, name)
) WITH (fillfactor = 85);

CREATE INDEX session_label_recency
  ON session_label (agent_id, name, value, update_time DESC, session_id);
CREATE INDEX session_label_creation
  ON session_label (agent_id, name, value, create_time DESC, session_id);
