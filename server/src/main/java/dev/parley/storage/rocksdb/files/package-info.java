/** The files of a data folder: its lock, checkpoints for backups, and frozen copies. */
@NullMarked
package dev.parley.storage.rocksdb.files;

import org.jspecify.annotations.NullMarked;
