/** Pagination of lists, page tokens, and session search. */
@NullMarked
package dev.parley.core.page;

import org.jspecify.annotations.NullMarked;
