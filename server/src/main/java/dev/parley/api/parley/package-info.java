/** The native API: parley.v1. */
@NullMarked
package dev.parley.api.parley;

import org.jspecify.annotations.NullMarked;
