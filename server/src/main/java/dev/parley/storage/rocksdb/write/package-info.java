/** Writes: each changes one kind of entity within a batch. */
@NullMarked
package dev.parley.storage.rocksdb.write;

import org.jspecify.annotations.NullMarked;
