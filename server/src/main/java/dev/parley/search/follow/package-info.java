/** Keeps a search index up to date with a store. */
@NullMarked
package dev.parley.search.follow;

import org.jspecify.annotations.NullMarked;
