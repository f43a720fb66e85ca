/** Writes that change several tables, and the group commit of appends. */
@NullMarked
package dev.parley.storage.postgres.write;

import org.jspecify.annotations.NullMarked;
