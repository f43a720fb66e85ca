package dev.parley.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorReasonTest {
  /** The statuses that clients of one code may meet. */
  private static final Map<Code, int[]> STATUSES =
      Map.ofEntries(
          Map.entry(Code.INVALID_ARGUMENT, new int[] {400, 414, 415}),
          Map.entry(Code.UNAUTHENTICATED, new int[] {401}),
          Map.entry(Code.PERMISSION_DENIED, new int[] {403}),
          Map.entry(Code.NOT_FOUND, new int[] {404}),
          Map.entry(Code.ALREADY_EXISTS, new int[] {409}),
          Map.entry(Code.ABORTED, new int[] {409}),
          Map.entry(Code.FAILED_PRECONDITION, new int[] {400, 409}),
          Map.entry(Code.RESOURCE_EXHAUSTED, new int[] {413, 429}),
          Map.entry(Code.UNAVAILABLE, new int[] {503}),
          Map.entry(Code.DEADLINE_EXCEEDED, new int[] {504}),
          Map.entry(Code.UNIMPLEMENTED, new int[] {404, 405, 415}),
          Map.entry(Code.DATA_LOSS, new int[] {500}),
          Map.entry(Code.INTERNAL, new int[] {500}));

  @ParameterizedTest
  @EnumSource
  void httpStatus_fitsTheCode(ErrorReason reason) {
    assertThat(STATUSES.get(reason.code())).contains(reason.httpStatus());
  }

  @Test
  void everyCode_hasAReason() {
    assertThat(ErrorReason.values()).extracting(ErrorReason::code).contains(Code.values());
  }
}
