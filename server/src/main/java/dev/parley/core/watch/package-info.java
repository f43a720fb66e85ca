/** Watches: streams of what happens in sessions, read from the store and never from a queue. */
@NullMarked
package dev.parley.core.watch;

import org.jspecify.annotations.NullMarked;
