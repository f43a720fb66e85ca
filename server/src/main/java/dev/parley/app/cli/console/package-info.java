/** Output of commands: times, progress bars, exit codes. */
@NullMarked
package dev.parley.app.cli.console;

import org.jspecify.annotations.NullMarked;
