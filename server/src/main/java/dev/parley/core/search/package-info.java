/** Searches of messages. */
@NullMarked
package dev.parley.core.search;

import org.jspecify.annotations.NullMarked;
