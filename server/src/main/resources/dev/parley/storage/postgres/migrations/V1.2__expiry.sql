-- When sessions are due to be deleted. No row is rewritten.

ALTER TABLE agent ADD COLUMN default_session_ttl bigint;
ALTER TABLE agent_home ADD COLUMN default_session_ttl bigint;

ALTER TABLE session
  ADD COLUMN expire_time bigint,
  ADD COLUMN ttl bigint,
  -- Whether something was said of it.
  ADD COLUMN own_expiry boolean NOT NULL DEFAULT false,
  -- Under which time the session is filed as due: never later than when it is. Appends put off when
  -- it is and leave this, so that they move nothing; whoever looks for what is due files it anew.
  ADD COLUMN due_time bigint;

CREATE INDEX session_due ON session (due_time, session_id) WHERE due_time IS NOT NULL;
