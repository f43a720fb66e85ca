/** Pages of lists, their tokens, and the search of sessions. */
@NullMarked
package dev.parley.core.page;

import org.jspecify.annotations.NullMarked;
