/** The contract of all stores: {@link dev.parley.storage.Store}. */
@NullMarked
package dev.parley.storage;

import org.jspecify.annotations.NullMarked;
