/** Notices of changes, for callers that wait for new messages of a session. */
@NullMarked
package dev.parley.storage.live;

import org.jspecify.annotations.NullMarked;
