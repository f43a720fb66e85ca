package dev.parley.app.server.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.parley.api.json.JsonCodec;
import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.AuditServiceGrpc;
import dev.parley.proto.v1.KeyServiceGrpc;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RetentionServiceGrpc;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WebhookServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The pages under /docs have an example for each RPC, and each example is a valid request. */
class DocExamplesTest {
  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          AgentServiceGrpc.getServiceDescriptor(),
          KeyServiceGrpc.getServiceDescriptor(),
          AuditServiceGrpc.getServiceDescriptor(),
          SessionServiceGrpc.getServiceDescriptor(),
          RunServiceGrpc.getServiceDescriptor(),
          MessageServiceGrpc.getServiceDescriptor(),
          MaintenanceServiceGrpc.getServiceDescriptor(),
          RetentionServiceGrpc.getServiceDescriptor(),
          SearchServiceGrpc.getServiceDescriptor(),
          WatchServiceGrpc.getServiceDescriptor(),
          WebhookServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.guayaba.v1.SessionServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.grip.v1.SessionServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.powabase.v1.SessionServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.foundry.v2.SessionServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.openai.v1.ConversationServiceGrpc.getServiceDescriptor(),
          dev.parley.proto.openai.v1.ItemServiceGrpc.getServiceDescriptor());

  @Test
  void examples_oneForEachRpc_sound() {
    Properties examples = DocExamples.load();
    TreeMap<String, String> unused = new TreeMap<>();
    examples.forEach((method, example) -> unused.put((String) method, (String) example));
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        String example = unused.remove(method.getFullMethodName());
        assertThat(example).describedAs(method.getFullMethodName()).isNotNull();
        Message prototype =
            (Message)
                ((PrototypeMarshaller<?>) method.getRequestMarshaller()).getMessagePrototype();
        assertThat(JsonCodec.violations(JsonCodec.parse(example.getBytes(UTF_8), prototype)))
            .describedAs(method.getFullMethodName())
            .isEmpty();
      }
    }
    assertThat(unused).isEmpty();
  }
}
