/** The domain records and their invariants. */
@NullMarked
package dev.parley.model;

import org.jspecify.annotations.NullMarked;
