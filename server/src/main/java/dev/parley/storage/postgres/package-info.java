/** The shared store on PostgreSQL and compatible databases, used by several servers at once. */
@NullMarked
package dev.parley.storage.postgres;

import org.jspecify.annotations.NullMarked;
