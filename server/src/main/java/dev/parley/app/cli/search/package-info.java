/** The command {@code parley index}. */
@NullMarked
package dev.parley.app.cli.search;

import org.jspecify.annotations.NullMarked;
