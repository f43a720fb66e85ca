/**
 * Concurrency shared by all engines: group commit, batched lookups, worker threads and snapshots.
 */
@NullMarked
package dev.parley.storage.commit;

import org.jspecify.annotations.NullMarked;
