/** Armeria code of both transports: request ids, call observers and HTTP errors. */
@NullMarked
package dev.parley.api.http;

import org.jspecify.annotations.NullMarked;
