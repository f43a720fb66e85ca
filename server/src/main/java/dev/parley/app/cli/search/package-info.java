/** The commands {@code parley messages search} and {@code parley index}. */
@NullMarked
package dev.parley.app.cli.search;

import org.jspecify.annotations.NullMarked;
