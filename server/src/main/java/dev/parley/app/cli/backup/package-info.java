/** {@code parley backup}, {@code parley restore} and {@code parley check}. */
@NullMarked
package dev.parley.app.cli.backup;

import org.jspecify.annotations.NullMarked;
