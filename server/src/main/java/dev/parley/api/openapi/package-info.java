/** Generates OpenAPI documents from the rules, options and comments of the protos. */
@NullMarked
package dev.parley.api.openapi;

import org.jspecify.annotations.NullMarked;
