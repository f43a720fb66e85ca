/**
 * JSON by the proto's own options: one plan per message, one writer, one reader, one check of what
 * fields must hold.
 */
@NullMarked
package dev.parley.api.json;

import org.jspecify.annotations.NullMarked;
