/** The contract of consistency checks, and the report of a store that is too damaged to open. */
@NullMarked
package dev.parley.storage.check;

import org.jspecify.annotations.NullMarked;
