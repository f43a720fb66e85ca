/** Appends as JSON Lines: one append per line of the request, one result per line of the answer. */
@NullMarked
package dev.parley.api.rest.lines;

import org.jspecify.annotations.NullMarked;
