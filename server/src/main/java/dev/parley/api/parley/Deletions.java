package dev.parley.api.parley;

import dev.parley.api.call.error.CallErrors;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The option {@code allow_missing} of deletions. */
final class Deletions {
  private static final Set<ErrorReason> MISSING =
      Set.of(ErrorReason.SESSION_NOT_FOUND, ErrorReason.MESSAGE_NOT_FOUND);

  private Deletions() {}

  /**
   * Completes without a result.
   *
   * @param allowMissing whether to succeed if what was to be deleted does not exist
   */
  static CompletableFuture<@Nullable Void> complete(
      CompletableFuture<?> deleted, boolean allowMissing) {
    return deleted.handle(
        (result, failure) -> {
          boolean missing =
              allowMissing
                  && failure != null
                  && CallErrors.peel(failure) instanceof SessionException e
                  && MISSING.contains(e.reason());
          if (failure != null && !missing) {
            throw new CompletionException(CallErrors.peel(failure));
          }
          return null;
        });
  }
}
