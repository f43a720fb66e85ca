/** What changes a store of an older version to one of this version. */
@NullMarked
package dev.parley.storage.migration;

import org.jspecify.annotations.NullMarked;
