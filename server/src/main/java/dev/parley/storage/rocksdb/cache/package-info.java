/** All agents and API keys, held in memory. */
@NullMarked
package dev.parley.storage.rocksdb.cache;

import org.jspecify.annotations.NullMarked;
