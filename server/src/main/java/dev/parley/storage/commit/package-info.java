/** Group commit: callers' writes wait in a lane, which commits what waits as one durable batch. */
@NullMarked
package dev.parley.storage.commit;

import org.jspecify.annotations.NullMarked;
