/** The threads that write, and how they commit writes in batches. */
@NullMarked
package dev.parley.storage.rocksdb.commit;

import org.jspecify.annotations.NullMarked;
