/** Leases of runs. */
@NullMarked
package dev.parley.model.lease;

import org.jspecify.annotations.NullMarked;
