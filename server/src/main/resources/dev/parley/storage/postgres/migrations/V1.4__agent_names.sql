-- Names for people. Agents of older servers have none.

ALTER TABLE agent
  ADD COLUMN display_name text,
  ADD COLUMN description text;
