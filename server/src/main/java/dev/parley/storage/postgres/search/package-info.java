/** The search index of the shared store: a table with an inverted index. */
@NullMarked
package dev.parley.storage.postgres.search;

import org.jspecify.annotations.NullMarked;
