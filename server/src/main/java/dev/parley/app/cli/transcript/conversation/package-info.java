/** Conversations of other programs: sequences and trees of records. */
@NullMarked
package dev.parley.app.cli.transcript.conversation;

import org.jspecify.annotations.NullMarked;
