/** Sends imported records to a server, and repairs those that it rejects. */
@NullMarked
package dev.parley.app.cli.transcript.load;

import org.jspecify.annotations.NullMarked;
