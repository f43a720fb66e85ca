/** Requests for leases, and the end of expired ones. */
@NullMarked
package dev.parley.core.lease;

import org.jspecify.annotations.NullMarked;
