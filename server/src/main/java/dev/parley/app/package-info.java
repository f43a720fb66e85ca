/** The entry point. Packages below it hold the server's wiring and the commands. */
@NullMarked
package dev.parley.app;

import org.jspecify.annotations.NullMarked;
