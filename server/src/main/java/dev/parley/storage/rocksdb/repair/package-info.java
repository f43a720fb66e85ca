/** Reads what is left of a damaged store, and writes it to a new one. */
@NullMarked
package dev.parley.storage.rocksdb.repair;

import org.jspecify.annotations.NullMarked;
