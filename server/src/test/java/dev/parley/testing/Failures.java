package dev.parley.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Asserts that calls fail, either immediately or in their future. */
public final class Failures {
  private Failures() {}

  /** Returns the exception that {@code call} fails with. */
  public static SessionException of(Supplier<CompletableFuture<?>> call) {
    Object result;
    try {
      result = call.get().join();
    } catch (SessionException e) {
      return e;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(SessionException.class);
      return (SessionException) e.getCause();
    }
    throw new AssertionError("The call succeeded: " + result);
  }

  /** Asserts that {@code call} fails with {@code reason}. */
  public static SessionException assertReason(
      ErrorReason reason, Supplier<CompletableFuture<?>> call) {
    SessionException failure = of(call);
    assertThat(failure.reason()).isEqualTo(reason);
    return failure;
  }

  /** Asserts that a call that was made fails with {@code UNAVAILABLE}. */
  public static void assertUnavailable(CompletableFuture<?> call) {
    var unused = assertReason(ErrorReason.UNAVAILABLE, () -> call);
  }

  /** Whether a call that was made succeeds. */
  public static boolean succeeds(CompletableFuture<?> call) {
    try {
      call.join();
      return true;
    } catch (CompletionException e) {
      return false;
    }
  }

  /** Asserts that {@code call} fails because of {@code field} and no other. */
  public static FieldViolation assertInvalid(String field, Supplier<CompletableFuture<?>> call) {
    SessionException failure = assertReason(ErrorReason.INVALID_FIELD, call);
    assertThat(failure.violations()).extracting(FieldViolation::field).containsExactly(field);
    return failure.violations().get(0);
  }
}
