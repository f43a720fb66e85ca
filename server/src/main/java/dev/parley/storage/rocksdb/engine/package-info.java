/**
 * The open database: column families, scans, snapshots, write batches, and the threads that use
 * them.
 */
@NullMarked
package dev.parley.storage.rocksdb.engine;

import org.jspecify.annotations.NullMarked;
