/** The HTTP/JSON transport: routing by {@code google.api.http}, decoding, encoding and errors. */
@NullMarked
package dev.parley.api.rest;

import org.jspecify.annotations.NullMarked;
