/**
 * The embedded store on RocksDB: opens a data folder and implements {@link
 * dev.parley.storage.Store}.
 */
@NullMarked
package dev.parley.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
