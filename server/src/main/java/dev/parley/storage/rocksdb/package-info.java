/** The embedded store, on RocksDB: key layout, records, recovery, settings. */
@NullMarked
package dev.parley.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
