/** Moves the contents of one store to another. */
@NullMarked
package dev.parley.storage.transfer;

import org.jspecify.annotations.NullMarked;
