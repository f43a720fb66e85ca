-- Webhooks and their failed deliveries. Both tables are small, and are where agents and keys are.

CREATE TABLE webhook (
  webhook_id uuid NOT NULL,
  owner text COLLATE "C" NOT NULL,
  create_time bigint NOT NULL,
  url text NOT NULL,
  -- The only agent whose events are sent, if any.
  agent_id uuid,
  events text[] NOT NULL,
  description text,
  secret text NOT NULL,
  previous_secret text,
  previous_secret_end bigint,
  -- Why nothing is sent, or null.
  disabled text,
  -- All events up to here are delivered, or are in the table below.
  position_number bigint NOT NULL,
  position_sequence bigint NOT NULL,
  -- The server that delivers, which raises the number of renewals while it is alive.
  holder uuid,
  renewals bigint NOT NULL,
  last_success_time bigint,
  failing_since bigint,
  last_error text,
  PRIMARY KEY (webhook_id)
);

CREATE TABLE webhook_delivery (
  webhook_id uuid NOT NULL,
  position_number bigint NOT NULL,
  -- The greatest number for the end of a change.
  position_sequence bigint NOT NULL,
  type text NOT NULL,
  agent_id uuid NOT NULL,
  session_id uuid NOT NULL,
  sequence bigint NOT NULL,
  run_id text COLLATE "C",
  attempts integer NOT NULL,
  fail_time bigint NOT NULL,
  error text NOT NULL,
  PRIMARY KEY (webhook_id, position_number, position_sequence)
);

-- The webhook that an audited action has changed.
ALTER TABLE audit_entry ADD COLUMN webhook_id uuid;
