-- The index of message ids omits ids that end with the sequence of their message. These are the ids
-- that the server makes, with the sequence as the last 12 hexadecimal digits. It finds such a message
-- by its sequence, so an append without ids of the caller writes no entry.
--
-- Calls continue while the index is built. A step that was interrupted is run again, so it first
-- removes what it left. Older servers on the same database look up an id by reading the session.

DROP INDEX CONCURRENTLY IF EXISTS message_by_chosen_id;
CREATE UNIQUE INDEX CONCURRENTLY message_by_chosen_id
  ON message (agent_id, session_id, message_id)
  WHERE right(message_id, 12) <> lpad(to_hex(sequence), 12, '0');

DROP INDEX CONCURRENTLY IF EXISTS message_by_id;
