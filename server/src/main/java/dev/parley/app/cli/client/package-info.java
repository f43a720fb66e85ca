/** The connection of a command to a server. */
@NullMarked
package dev.parley.app.cli.client;

import org.jspecify.annotations.NullMarked;
