/** One writer for each format that {@code parley export} writes. */
@NullMarked
package dev.parley.app.cli.transcript.output;

import org.jspecify.annotations.NullMarked;
