/** Waiting for changes of a session: watches and long polls. */
@NullMarked
package dev.parley.core.live;

import org.jspecify.annotations.NullMarked;
