package dev.parley.bench;

import java.util.concurrent.CompletableFuture;

/** A call to measure. It can be repeated. */
@FunctionalInterface
interface Call {
  CompletableFuture<?> make();
}
