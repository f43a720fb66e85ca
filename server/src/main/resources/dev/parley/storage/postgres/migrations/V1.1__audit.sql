-- When keys were last used, and the audit log: who did what. Nothing changes or removes its rows.

ALTER TABLE api_key ADD COLUMN last_use_time bigint;

CREATE TABLE audit_entry (
  entry_id uuid NOT NULL,
  act_time bigint NOT NULL,
  action text COLLATE "C" NOT NULL,
  identity text NOT NULL,
  actor_key_id uuid,
  address text NOT NULL,
  request_id text NOT NULL,
  transport text NOT NULL,
  face text NOT NULL,
  owner text COLLATE "C",
  agent_id uuid,
  session_id uuid,
  key_id uuid,
  successor_key_id uuid,
  PRIMARY KEY (entry_id)
);

CREATE INDEX audit_entry_recency ON audit_entry (act_time DESC, entry_id);
CREATE INDEX audit_entry_recency_of_owner ON audit_entry (owner, act_time DESC, entry_id)
  WHERE owner IS NOT NULL;
CREATE INDEX audit_entry_recency_of_agent ON audit_entry (agent_id, act_time DESC, entry_id)
  WHERE agent_id IS NOT NULL;
