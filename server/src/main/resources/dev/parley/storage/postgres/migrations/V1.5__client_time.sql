-- The time of a message by the clock of its client. No row is rewritten.
-- Older servers on the same database store no client time and show none.

ALTER TABLE message ADD COLUMN client_time bigint;
