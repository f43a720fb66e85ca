/** Complete lists and transcripts that are read in chunks from one snapshot. */
@NullMarked
package dev.parley.core.read;

import org.jspecify.annotations.NullMarked;
