-- Leases of runs. No row is rewritten.
-- Older servers on the same database ignore fences: upgrade all servers before runtimes use leases.

ALTER TABLE session
  -- The fence of the newest lease that the session ever had.
  ADD COLUMN last_fence bigint NOT NULL DEFAULT 0,
  -- The leases of runs that have not ended, one per line: fence, expire time and run id, separated
  -- by spaces.
  ADD COLUMN leases text,
  -- The earliest expire time of these leases.
  ADD COLUMN lease_due_time bigint;

CREATE INDEX session_lease_due ON session (lease_due_time, session_id)
  WHERE lease_due_time IS NOT NULL AND archive_time IS NULL;
