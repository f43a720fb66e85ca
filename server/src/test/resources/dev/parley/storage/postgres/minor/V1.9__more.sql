-- What a step with a new minor number may do.

ALTER TABLE session ADD COLUMN colour text NOT NULL DEFAULT 'none';
ALTER TABLE message ADD COLUMN language text;

CREATE INDEX session_of_colour ON session (agent_id, colour);

CREATE TABLE tag (
  agent_id uuid NOT NULL,
  name text COLLATE "C" NOT NULL,
  PRIMARY KEY (agent_id, name)
);
