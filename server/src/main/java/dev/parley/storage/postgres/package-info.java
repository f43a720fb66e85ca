/** The shared store: PostgreSQL, and what speaks its language, for several servers at once. */
@NullMarked
package dev.parley.storage.postgres;

import org.jspecify.annotations.NullMarked;
