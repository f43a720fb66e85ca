package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.ErrorReason;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The option {@code parley.v1.errors} lists what an RPC may fail with. */
class ErrorsOptionTest {

  @Test
  void errors_ofEveryRpc_areSortedAndDistinct() throws IOException {
    assertThat(rpcs())
        .allSatisfy(
            rpc ->
                assertThat(errors(rpc))
                    .as(rpc.getFullName())
                    .doesNotHaveDuplicates()
                    .isSorted()
                    .doesNotContain(ErrorReason.ERROR_REASON_UNSPECIFIED));
  }

  @Test
  void errors_ofRpcThatNamesAnAgent_haveAgentNotFound() throws IOException {
    assertThat(rpcs().filter(ErrorsOptionTest::namesAgent))
        .isNotEmpty()
        .allSatisfy(
            rpc ->
                assertThat(errors(rpc))
                    .as(rpc.getFullName())
                    .contains(ErrorReason.AGENT_NOT_FOUND));
  }

  private static Stream<MethodDescriptor> rpcs() throws IOException {
    return ProtoFiles.descriptors().stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream());
  }

  private static List<ErrorReason> errors(MethodDescriptor rpc) {
    return rpc.getOptions().getExtension(AnnotationsProto.errors);
  }

  private static boolean namesAgent(MethodDescriptor rpc) {
    return rpc.getInputType().getFields().stream()
        .map(FieldDescriptor::getOptions)
        .anyMatch(options -> options.getExtension(AnnotationsProto.namesAgent));
  }
}
