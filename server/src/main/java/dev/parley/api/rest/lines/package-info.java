/**
 * Appends as JSON Lines: one append per line of the request, one result per line of the response.
 */
@NullMarked
package dev.parley.api.rest.lines;

import org.jspecify.annotations.NullMarked;
