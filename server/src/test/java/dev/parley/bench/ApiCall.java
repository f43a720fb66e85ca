package dev.parley.bench;

import java.util.concurrent.CompletableFuture;

/** A call that can be made on any side. */
@FunctionalInterface
interface ApiCall {
  CompletableFuture<?> make(SessionApi api);
}
