package dev.parley.app.server;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.healthcheck.SettableHealthChecker;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.storage.Cancellation;
import dev.parley.storage.Store;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Answers readiness probes: 200 if the store answers, 503 if it does not or if the server is
 * stopping. The store is queried at most once per second.
 */
final class Readiness implements HttpService {
  private static final UUID UNUSED_ID = new UUID(0, 0);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Store store;
  private final SettableHealthChecker health = new SettableHealthChecker(true);
  private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);
  private long asked = System.nanoTime() - PAUSE_NANOS;

  Readiness(Store store) {
    this.store = store;
  }

  /** The state for gRPC health checks, which do not query the store. */
  SettableHealthChecker health() {
    return health;
  }

  /** Reports not ready from now on. Calls are still answered. */
  void stop() {
    health.setHealthy(false);
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest req) {
    if (req.method() != HttpMethod.GET && req.method() != HttpMethod.HEAD) {
      return HttpResponse.of(HttpStatus.METHOD_NOT_ALLOWED);
    }
    if (!health.isHealthy()) {
      return answer(HttpStatus.SERVICE_UNAVAILABLE, "STOPPING");
    }
    return HttpResponse.of(
        storeAnswers()
            .thenApply(
                answers ->
                    answers
                        ? answer(HttpStatus.OK, "READY")
                        : answer(HttpStatus.SERVICE_UNAVAILABLE, "STORE_UNAVAILABLE")));
  }

  private static HttpResponse answer(HttpStatus status, String text) {
    return HttpResponse.ofJson(status, Map.of("status", text));
  }

  /** An overloaded store is available. Routing its calls elsewhere would only move the load. */
  private static boolean isOverload(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return cause instanceof SessionException told && told.reason() == ErrorReason.OVERLOADED;
  }

  private synchronized CompletableFuture<Boolean> storeAnswers() {
    if (answer.isDone() && System.nanoTime() - asked >= PAUSE_NANOS) {
      asked = System.nanoTime();
      answer =
          store
              .findSession(UNUSED_ID, Cancellation.NONE)
              .thenApply(none -> true)
              .exceptionally(Readiness::isOverload)
              .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
    return answer;
  }
}
