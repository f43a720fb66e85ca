/** {@link dev.parley.storage.Store}, the contract that every store keeps. */
@NullMarked
package dev.parley.storage;

import org.jspecify.annotations.NullMarked;
