-- Everything that a Parley store holds. Times are microseconds since the epoch, so that every
-- engine orders alike; names compare byte by byte; JSON is text, kept as it came.
--
-- Every key of an agent's data begins with agent_id, so that the tables can be distributed by it.

-- The directory: few rows, which every call asks for.

CREATE TABLE agent (
  agent_id uuid NOT NULL,
  owner text COLLATE "C" NOT NULL,
  create_time bigint NOT NULL,
  PRIMARY KEY (agent_id)
);

CREATE INDEX agent_of_owner ON agent (owner, agent_id);

CREATE TABLE api_key (
  key_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  owner text COLLATE "C" NOT NULL,
  agent_id uuid,
  scopes text[] NOT NULL,
  client text,
  create_time bigint NOT NULL,
  expire_time bigint,
  revoke_time bigint,
  PRIMARY KEY (key_id)
);

CREATE UNIQUE INDEX api_key_by_secret ON api_key (secret_hash);
CREATE INDEX api_key_of_owner ON api_key (owner, key_id);
CREATE INDEX api_key_of_agent ON api_key (agent_id) WHERE agent_id IS NOT NULL;

-- An agent's data.

-- The agent again, where its data is: held by who adds to it, so that it is not deleted meanwhile.
CREATE TABLE agent_home (
  agent_id uuid NOT NULL,
  owner text COLLATE "C" NOT NULL,
  PRIMARY KEY (agent_id)
);

CREATE TABLE session (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  label text,
  user_id text COLLATE "C",
  client text COLLATE "C",
  agent_version text NOT NULL,
  chat_type text,
  last_channel text,
  origin text,
  metadata text NOT NULL,
  create_time bigint NOT NULL,
  update_time bigint NOT NULL,
  head_sequence bigint NOT NULL,
  spoken_count bigint NOT NULL,
  run_count bigint NOT NULL,
  archive_time bigint,
  revision bigint NOT NULL,
  PRIMARY KEY (agent_id, session_id)
) WITH (fillfactor = 85);

CREATE UNIQUE INDEX session_by_key ON session (agent_id, key) WHERE archive_time IS NULL;

CREATE INDEX session_recency ON session (agent_id, update_time DESC, session_id)
  WHERE archive_time IS NULL;
CREATE INDEX session_recency_of_client ON session (agent_id, client, update_time DESC, session_id)
  WHERE archive_time IS NULL AND client IS NOT NULL;
CREATE INDEX session_recency_of_user ON session (agent_id, user_id, update_time DESC, session_id)
  WHERE archive_time IS NULL AND user_id IS NOT NULL;
CREATE INDEX session_recency_of_user_and_client
  ON session (agent_id, user_id, client, update_time DESC, session_id)
  WHERE archive_time IS NULL AND user_id IS NOT NULL AND client IS NOT NULL;
CREATE INDEX session_archives ON session (agent_id, archive_time DESC, session_id)
  WHERE archive_time IS NOT NULL;

CREATE TABLE message (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  sequence bigint NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  role smallint NOT NULL,
  -- Whether content is a JSON array of blocks; else it is text. Both as UTF-8, as text may hold
  -- U+0000, which PostgreSQL's does not: convert_from(content, 'UTF8') shows it.
  blocks boolean NOT NULL,
  content bytea NOT NULL,
  run_id text COLLATE "C",
  metadata text NOT NULL,
  create_time bigint NOT NULL,
  PRIMARY KEY (agent_id, session_id, sequence)
);

CREATE UNIQUE INDEX message_by_id ON message (agent_id, session_id, message_id);
CREATE INDEX message_of_run ON message (agent_id, session_id, run_id, sequence)
  WHERE run_id IS NOT NULL;

CREATE TABLE run (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  run_number bigint NOT NULL,
  run_id text COLLATE "C" NOT NULL,
  state smallint NOT NULL,
  model text,
  reasoning text,
  usage text,
  error text,
  details text NOT NULL,
  context_bytes bigint NOT NULL,
  create_time bigint NOT NULL,
  start_time bigint,
  end_time bigint,
  PRIMARY KEY (agent_id, session_id, run_number)
);

CREATE UNIQUE INDEX run_by_id ON run (agent_id, session_id, run_id);

CREATE TABLE run_context (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  run_number bigint NOT NULL,
  position integer NOT NULL,
  item text NOT NULL,
  PRIMARY KEY (agent_id, session_id, run_number, position)
);

-- Small tables for look-ups that name no agent, each keyed by what it is looked up by.

CREATE TABLE session_location (
  session_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  PRIMARY KEY (session_id)
);

CREATE INDEX session_location_of_agent ON session_location (agent_id);

-- The agents that a user has sessions with, and how many.
CREATE TABLE user_agent (
  owner text COLLATE "C" NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  agent_id uuid NOT NULL,
  session_count bigint NOT NULL,
  PRIMARY KEY (owner, user_id, agent_id)
);

CREATE INDEX user_agent_of_agent ON user_agent (agent_id);
