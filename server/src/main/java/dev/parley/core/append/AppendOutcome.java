package dev.parley.core.append;

import dev.parley.model.AppendResult;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one append of a batch.
 *
 * @param result what was stored; null if the append failed
 * @param failure why the append failed; null if it succeeded
 */
public record AppendOutcome(@Nullable AppendResult result, @Nullable Throwable failure) {}
