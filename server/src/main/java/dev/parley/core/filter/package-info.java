/** Filters of lists of sessions. */
@NullMarked
package dev.parley.core.filter;

import org.jspecify.annotations.NullMarked;
