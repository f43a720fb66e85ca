/** Wires the server from settings, starts it and stops it. */
@NullMarked
package dev.parley.app.server;

import org.jspecify.annotations.NullMarked;
