/** Consistency check of a store in PostgreSQL. */
@NullMarked
package dev.parley.storage.postgres.check;

import org.jspecify.annotations.NullMarked;
