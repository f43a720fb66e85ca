/** The change log in PostgreSQL. */
@NullMarked
package dev.parley.storage.postgres.change;

import org.jspecify.annotations.NullMarked;
