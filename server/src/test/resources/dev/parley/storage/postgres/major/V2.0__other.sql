-- What needs a step with a new major number.

ALTER TABLE session RENAME COLUMN label TO title;
