/** Consistency check of an embedded store. */
@NullMarked
package dev.parley.storage.rocksdb.check;

import org.jspecify.annotations.NullMarked;
