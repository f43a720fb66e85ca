/** Opens databases, detects lost or damaged commits, and reports the damaged file. */
@NullMarked
package dev.parley.storage.rocksdb.recovery;

import org.jspecify.annotations.NullMarked;
