/** The database schema, its migrations, and the identity of a database. */
@NullMarked
package dev.parley.storage.postgres.schema;

import org.jspecify.annotations.NullMarked;
