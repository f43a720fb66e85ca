package dev.parley.wire;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.proto.openai.v1.ConversationServiceGrpc;
import dev.parley.proto.openai.v1.ItemServiceGrpc;
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
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/** An RPC of the server, known by its descriptors. */
record Rpc(MethodDescriptor<Message, Message> method) {

  /** The services with data. A test compares this list with reflection. */
  static final List<ServiceDescriptor> SERVICES =
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
          ConversationServiceGrpc.getServiceDescriptor(),
          ItemServiceGrpc.getServiceDescriptor());

  @SuppressWarnings("unchecked")
  static Stream<Rpc> all() {
    return SERVICES.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> new Rpc((MethodDescriptor<Message, Message>) method));
  }

  String scope() {
    return descriptor().getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.scope);
  }

  boolean namesAgent() {
    return agentField() != null;
  }

  /** A request for this agent. Other required fields have generated values. */
  Message request(UUID agentId) {
    Message.Builder request =
        Objects.requireNonNull(
            (Message)
                ((PrototypeMarshaller<Message>) method.getRequestMarshaller())
                    .getMessagePrototype())
            .toBuilder();
    for (FieldDescriptor field : descriptor().getInputType().getFields()) {
      if (field.equals(agentField())) {
        request.setField(field, prefix(field) + agentId);
      } else if (field.getName().equals("session_rid")) {
        request.setField(field, "ri.aip-agents..session." + UUID.randomUUID());
      } else if (field.getName().endsWith("_id")) {
        request.setField(field, UUID.randomUUID().toString());
      }
    }
    return request.build();
  }

  /** Whether the RPC has a REST route. */
  boolean hasRoute() {
    return descriptor().getOptions().hasExtension(AnnotationsProto.http);
  }

  HttpRule http() {
    return descriptor().getOptions().getExtension(AnnotationsProto.http);
  }

  /** The path of its first route, for this agent. */
  String path(UUID agentId) {
    HttpRule rule = http();
    String template =
        Stream.of(rule.getGet(), rule.getPost(), rule.getPut(), rule.getPatch(), rule.getDelete())
            .filter(path -> !path.isEmpty())
            .findFirst()
            .orElseThrow();
    return template
        .replace("{agent_id}", agentId.toString())
        .replace("{id}", agentId.toString())
        .replace("{agent_rid}", "ri.aip-agents..agent." + agentId)
        .replaceAll("\\{\\w+(=\\*\\*)?}", UUID.randomUUID().toString());
  }

  /** A body for its first route. It contains the agent, unless the path does. */
  String body(UUID agentId) {
    FieldDescriptor field = agentField();
    return field == null || path(agentId).contains(agentId.toString())
        ? "{}"
        : "{\"%s\":\"%s\",\"type\":\"AGENT\"}".formatted(field.getJsonName(), agentId);
  }

  private FieldDescriptor agentField() {
    return descriptor().getInputType().getFields().stream()
        .filter(
            field ->
                field.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.namesAgent))
        .findFirst()
        .orElse(null);
  }

  private static String prefix(FieldDescriptor field) {
    return field.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.ridPrefix);
  }

  private com.google.protobuf.Descriptors.MethodDescriptor descriptor() {
    return ((ProtoMethodDescriptorSupplier) Objects.requireNonNull(method.getSchemaDescriptor()))
        .getMethodDescriptor();
  }

  @Override
  public String toString() {
    return method.getFullMethodName();
  }
}
