/** Opens databases so that lost or damaged commits are noticed, and names the damaged file. */
@NullMarked
package dev.parley.storage.rocksdb.recovery;

import org.jspecify.annotations.NullMarked;
