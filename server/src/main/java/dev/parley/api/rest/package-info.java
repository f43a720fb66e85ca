/** The HTTP/JSON transport: routes from {@code google.api.http}, decoding, encoding, errors. */
@NullMarked
package dev.parley.api.rest;

import org.jspecify.annotations.NullMarked;
