/** The text of messages: its words, queries for them, and snippets. */
@NullMarked
package dev.parley.search.text;

import org.jspecify.annotations.NullMarked;
