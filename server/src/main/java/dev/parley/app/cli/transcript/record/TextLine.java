package dev.parley.app.cli.transcript.record;

import org.jspecify.annotations.Nullable;

/**
 * A line of a text file.
 *
 * @param number its number, starting at 1
 * @param text the text without line end and byte order mark. Bytes that are not UTF-8 are U+FFFD.
 * @param bytes its bytes if they are not valid UTF-8, else null
 * @param ended whether a line feed follows
 * @param tooLong whether the line is too long to be read; the text is its beginning
 */
public record TextLine(
    long number, String text, byte @Nullable [] bytes, boolean ended, boolean tooLong) {}
