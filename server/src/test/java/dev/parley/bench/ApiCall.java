package dev.parley.bench;

import java.util.concurrent.CompletableFuture;

/** A call that every contender can make. */
@FunctionalInterface
interface ApiCall {
  CompletableFuture<?> make(SessionApi api);
}
