/** The face of grip's sessions API: grip.v1. */
@NullMarked
package dev.parley.api.grip;

import org.jspecify.annotations.NullMarked;
