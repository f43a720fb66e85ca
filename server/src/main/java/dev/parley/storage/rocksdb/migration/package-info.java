/** The layout number of a data folder, and one numbered class per migration. */
@NullMarked
package dev.parley.storage.rocksdb.migration;

import org.jspecify.annotations.NullMarked;
