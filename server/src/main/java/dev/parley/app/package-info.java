/** Commands, wiring and lifecycle; the only room that sees all others. */
@NullMarked
package dev.parley.app;

import org.jspecify.annotations.NullMarked;
