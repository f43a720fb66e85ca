/** The contract of consistency checks. */
@NullMarked
package dev.parley.storage.check;

import org.jspecify.annotations.NullMarked;
