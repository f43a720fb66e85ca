/** Calls that create something and can be repeated. */
@NullMarked
package dev.parley.core.request;

import org.jspecify.annotations.NullMarked;
