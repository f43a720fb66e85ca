-- The change log: one row for each change of a session, its messages or its runs. It starts empty.
-- Changes that older servers on the same database make are missing from it.

CREATE TABLE session_change (
  agent_id uuid NOT NULL,
  -- From the sequence below, in the order of the session's changes.
  change_number bigint NOT NULL,
  session_id uuid NOT NULL,
  kind smallint NOT NULL,
  first_sequence bigint NOT NULL,
  last_sequence bigint NOT NULL,
  run_id text COLLATE "C",
  -- The user of a deleted session.
  user_id text COLLATE "C",
  PRIMARY KEY (agent_id, change_number)
);

-- The numbers of changes, over all agents. Readers need to see the last number that was taken, so
-- sessions of the database must not cache numbers.
CREATE SEQUENCE session_change_number CACHE 1;

-- Start at the present time in microseconds, so that positions of an older store are before all
-- changes of this one.
SELECT setval('session_change_number', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
