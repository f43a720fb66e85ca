/** OpenAPI documents of the faces, made of their protos: rules, options and comments. */
@NullMarked
package dev.parley.api.openapi;

import org.jspecify.annotations.NullMarked;
