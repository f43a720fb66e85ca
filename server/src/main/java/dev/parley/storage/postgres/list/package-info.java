/** Lists of sessions, and the tables that index them for lists. */
@NullMarked
package dev.parley.storage.postgres.list;

import org.jspecify.annotations.NullMarked;
