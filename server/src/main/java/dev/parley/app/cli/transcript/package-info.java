/**
 * {@code parley export} and {@code parley import}: conversations as JSON lines or in the file
 * formats of other programs.
 */
@NullMarked
package dev.parley.app.cli.transcript;

import org.jspecify.annotations.NullMarked;
