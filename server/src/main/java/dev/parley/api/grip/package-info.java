/** The sessions API of grip: grip.v1. */
@NullMarked
package dev.parley.api.grip;

import org.jspecify.annotations.NullMarked;
