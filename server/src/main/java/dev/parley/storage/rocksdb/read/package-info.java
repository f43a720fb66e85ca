/** Reads: lookups and pages of sessions, messages, runs and audit entries. */
@NullMarked
package dev.parley.storage.rocksdb.read;

import org.jspecify.annotations.NullMarked;
