/** Records of transcripts: files, lines, JSON, and the messages that are built from them. */
@NullMarked
package dev.parley.app.cli.transcript.record;

import org.jspecify.annotations.NullMarked;
