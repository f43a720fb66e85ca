/** Conversations as other programs keep them in files. */
@NullMarked
package dev.parley.app.transcript;

import org.jspecify.annotations.NullMarked;
