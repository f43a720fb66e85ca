/** Backups: a store's files and a manifest in one archive, written as a stream, read with care. */
@NullMarked
package dev.parley.storage.backup;

import org.jspecify.annotations.NullMarked;
