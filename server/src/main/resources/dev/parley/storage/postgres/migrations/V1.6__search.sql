-- The search index: one row per message of an active session. It is derived from the messages, and
-- servers fill it in the background. Servers without search leave it alone.

CREATE TABLE message_search (
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  sequence bigint NOT NULL,
  user_id text COLLATE "C",
  create_time bigint NOT NULL,
  -- The terms of the message with their positions, and lexemes that begin with "=" for its agent
  -- (=a), session (=s), owner (=o), user (=u) and role (=r).
  words tsvector NOT NULL,
  PRIMARY KEY (agent_id, session_id, sequence)
);

CREATE INDEX message_search_words ON message_search USING gin (words);
