/** Waiting for changes of sessions, also for those that other servers make. */
@NullMarked
package dev.parley.core.live;

import org.jspecify.annotations.NullMarked;
