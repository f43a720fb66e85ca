/** The commands, their options and the client that they call a server with. */
@NullMarked
package dev.parley.app.cli;

import org.jspecify.annotations.NullMarked;
