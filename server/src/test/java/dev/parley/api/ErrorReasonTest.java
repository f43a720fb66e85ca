package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.ErrorReason;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The reasons of the model, the proto and the codes of gRPC agree. */
class ErrorReasonTest {

  @Test
  void reasons_asInTheProto() {
    List<String> proto =
        dev.parley.proto.v1.ErrorReason.getDescriptor().getValues().stream()
            .filter(value -> value.getNumber() != 0)
            .map(value -> value.getName())
            .toList();
    assertThat(Arrays.stream(ErrorReason.values()).map(Enum::name))
        .containsExactlyInAnyOrderElementsOf(proto);
  }

  @Test
  void codes_areGrpcs() {
    for (ErrorReason reason : ErrorReason.values()) {
      assertThat(Status.Code.valueOf(reason.code().name())).isNotEqualTo(Status.Code.OK);
    }
  }
}
