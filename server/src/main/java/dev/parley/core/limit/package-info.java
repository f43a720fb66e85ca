/** Limits of calls that run or wait for long. */
@NullMarked
package dev.parley.core.limit;

import org.jspecify.annotations.NullMarked;
