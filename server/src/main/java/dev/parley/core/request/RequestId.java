package dev.parley.core.request;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The id of a call that creates something, so that the caller can repeat the call. The id of what
 * the call creates is derived from it. A repeated call therefore finds what the first one created,
 * on any server, as long as that exists.
 *
 * @param value the id, chosen by the caller
 */
public record RequestId(UUID value) {
  /**
   * Returns the id of what the call creates.
   *
   * @param kind what is created
   * @param parent what it belongs to; calls with the same request id and another parent are
   *     different calls
   */
  public UUID derive(String kind, String parent) {
    return UUID.nameUUIDFromBytes((kind + "/" + value + "/" + parent).getBytes(UTF_8));
  }

  /**
   * Creates something unless an earlier call with this request id did. Fails with {@code
   * REQUEST_ID_REUSED} if the earlier call had a different request.
   *
   * @param find finds what an earlier call created
   * @param isSame whether that is what this call would create
   * @param create creates it; fails if it exists
   */
  public <T> CompletableFuture<T> createOnce(
      Supplier<CompletableFuture<Optional<T>>> find,
      Predicate<T> isSame,
      Supplier<CompletableFuture<T>> create) {
    return find.get()
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(require(found.get(), isSame))
                    : create
                        .get()
                        .exceptionallyCompose(failure -> findAgain(find, isSame, failure)));
  }

  /** Another call with this request id may have been faster. */
  private <T> CompletableFuture<T> findAgain(
      Supplier<CompletableFuture<Optional<T>>> find, Predicate<T> isSame, Throwable failure) {
    return find.get()
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(require(found.get(), isSame))
                    : CompletableFuture.failedFuture(failure));
  }

  private <T> T require(T found, Predicate<T> isSame) {
    if (!isSame.test(found)) {
      throw new SessionException(
          ErrorReason.REQUEST_ID_REUSED,
          "An earlier call with this request_id had a different request.",
          Map.of("request_id", value.toString()));
    }
    return found;
  }
}
