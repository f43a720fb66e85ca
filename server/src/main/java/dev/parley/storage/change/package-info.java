/** Entries of the change log, and the parameters and results of its reads. */
@NullMarked
package dev.parley.storage.change;

import org.jspecify.annotations.NullMarked;
