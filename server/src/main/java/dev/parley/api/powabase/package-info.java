/** The Powabase sessions API: powabase.v1. */
@NullMarked
package dev.parley.api.powabase;

import org.jspecify.annotations.NullMarked;
