/** SQL statements with their parameters, result rows, and text encoding. */
@NullMarked
package dev.parley.storage.postgres.sql;

import org.jspecify.annotations.NullMarked;
