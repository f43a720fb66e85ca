/** Imports into the store of a server that is stopped. */
@NullMarked
package dev.parley.app.cli.transcript.store;

import org.jspecify.annotations.NullMarked;
