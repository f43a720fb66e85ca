/**
 * Backups: an archive of a store's files with a manifest, written as a stream and validated when
 * read.
 */
@NullMarked
package dev.parley.storage.backup;

import org.jspecify.annotations.NullMarked;
