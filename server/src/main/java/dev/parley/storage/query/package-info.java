/** The parameters and pages of list operations, and the order of lists. */
@NullMarked
package dev.parley.storage.query;

import org.jspecify.annotations.NullMarked;
