/** Converts requests of the native API to the model, and the model to responses. */
@NullMarked
package dev.parley.api.parley.mapper;

import org.jspecify.annotations.NullMarked;
