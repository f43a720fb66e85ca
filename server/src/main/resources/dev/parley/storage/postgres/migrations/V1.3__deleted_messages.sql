-- Deleted messages keep their row, without content. No row is rewritten.
-- Older servers on the same database show deleted messages as empty ones.

ALTER TABLE message ADD COLUMN delete_time bigint;

ALTER TABLE session
  -- There are no messages up to this sequence, because they were cleared.
  ADD COLUMN cleared_sequence bigint NOT NULL DEFAULT 0,
  -- The number of messages that were deleted, singly or by clearing.
  ADD COLUMN deleted_count bigint NOT NULL DEFAULT 0;

ALTER TABLE audit_entry ADD COLUMN message_sequence bigint;
