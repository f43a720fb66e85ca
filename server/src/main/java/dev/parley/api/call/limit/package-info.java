/** Limits of what callers may use at a time and per minute. */
@NullMarked
package dev.parley.api.call.limit;

import org.jspecify.annotations.NullMarked;
