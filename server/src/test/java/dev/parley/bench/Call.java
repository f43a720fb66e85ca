package dev.parley.bench;

import java.util.concurrent.CompletableFuture;

/** A call to measure, made anew each time. */
@FunctionalInterface
interface Call {
  CompletableFuture<?> make();
}
