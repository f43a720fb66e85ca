/** The bytes on disk: the layout of keys, and values as protobuf records. */
@NullMarked
package dev.parley.storage.rocksdb.codec;

import org.jspecify.annotations.NullMarked;
