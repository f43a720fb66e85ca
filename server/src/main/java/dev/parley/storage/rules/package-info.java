/** Rules that all stores share: append planning, permitted updates, errors, time resolution. */
@NullMarked
package dev.parley.storage.rules;

import org.jspecify.annotations.NullMarked;
