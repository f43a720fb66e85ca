/** {@code parley copy}: copies one store into another and compares the two. */
@NullMarked
package dev.parley.app.cli.copy;

import org.jspecify.annotations.NullMarked;
