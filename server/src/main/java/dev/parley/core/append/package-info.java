/** Recognizes messages that a caller sends again. */
@NullMarked
package dev.parley.core.append;

import org.jspecify.annotations.NullMarked;
