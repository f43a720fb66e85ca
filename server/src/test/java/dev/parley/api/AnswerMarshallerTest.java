package dev.parley.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.util.SafeCloseable;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.proto.v1.Agent;
import io.grpc.protobuf.ProtoUtils;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnswerMarshallerTest {
  private static final byte[] AHEAD = "made ahead".getBytes(UTF_8);
  private static final Agent ANSWER = Agent.newBuilder().setOwner("acme").build();

  private final ServiceRequestContext ctx =
      ServiceRequestContext.of(HttpRequest.of(HttpMethod.GET, "/"));

  @Test
  void serialize_answerMadeAhead_asItWasMade() throws IOException {
    CallState.of(ctx).jsonAhead(ANSWER, AHEAD);

    assertThat(written(ANSWER)).isEqualTo("made ahead");
  }

  @Test
  void serialize_anotherMessage_isWritten() throws IOException {
    CallState.of(ctx).jsonAhead(ANSWER, AHEAD);

    assertThat(written(ANSWER.toBuilder().build())).contains("\"owner\":\"acme\"");
  }

  @Test
  void serialize_nothingAhead_isWritten() throws IOException {
    assertThat(written(ANSWER)).contains("\"owner\":\"acme\"");
  }

  private String written(Agent message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SafeCloseable unused = ctx.push()) {
      new AnswerMarshaller()
          .serializeMessage(ProtoUtils.marshaller(Agent.getDefaultInstance()), message, out);
    }
    return out.toString(UTF_8);
  }
}
