/** One reader for each format that {@code parley import} reads. */
@NullMarked
package dev.parley.app.cli.transcript.source;

import org.jspecify.annotations.NullMarked;
