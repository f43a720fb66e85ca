/** One class per table: its statements and the mapping of its rows. */
@NullMarked
package dev.parley.storage.postgres.table;

import org.jspecify.annotations.NullMarked;
