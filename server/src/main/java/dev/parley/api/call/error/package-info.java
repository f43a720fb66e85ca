/** Errors of calls and the error formats of the APIs. */
@NullMarked
package dev.parley.api.call.error;

import org.jspecify.annotations.NullMarked;
