package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.proto.v1.SessionServiceGrpc;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The idempotency levels of RPCs agree with the methods of their routes. */
class IdempotencyTest {

  @Test
  void idempotencyLevel_ofRpcWithGet_isNoSideEffects() throws IOException {
    assertThat(rpcs(HttpRule.PatternCase.GET))
        .isNotEmpty()
        .allSatisfy(
            rpc ->
                assertThat(rpc.getOptions().getIdempotencyLevel())
                    .as(rpc.getFullName())
                    .isEqualTo(IdempotencyLevel.NO_SIDE_EFFECTS));
  }

  @Test
  void idempotencyLevel_ofRpcWithPutOrDelete_isIdempotent() throws IOException {
    assertThat(Stream.concat(rpcs(HttpRule.PatternCase.PUT), rpcs(HttpRule.PatternCase.DELETE)))
        .isNotEmpty()
        .allSatisfy(
            rpc ->
                assertThat(rpc.getOptions().getIdempotencyLevel())
                    .as(rpc.getFullName())
                    .isEqualTo(IdempotencyLevel.IDEMPOTENT));
  }

  @Test
  void stub_methods_haveTheFlags() {
    assertThat(SessionServiceGrpc.getGetSessionMethod().isSafe()).isTrue();
    assertThat(SessionServiceGrpc.getDeleteSessionMethod().isSafe()).isFalse();
    assertThat(SessionServiceGrpc.getDeleteSessionMethod().isIdempotent()).isTrue();
    assertThat(SessionServiceGrpc.getAppendMessagesMethod().isIdempotent()).isFalse();
    assertThat(dev.parley.proto.guayaba.v1.SessionServiceGrpc.getGetSessionHistoryMethod().isSafe())
        .isTrue();
  }

  private static Stream<MethodDescriptor> rpcs(HttpRule.PatternCase verb) throws IOException {
    return ProtoFiles.descriptors().stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .filter(
            rpc -> rpc.getOptions().getExtension(AnnotationsProto.http).getPatternCase() == verb);
  }
}
