/** Successful REST responses: their headers, and bodies that are sent in pieces. */
@NullMarked
package dev.parley.api.rest.answer;

import org.jspecify.annotations.NullMarked;
