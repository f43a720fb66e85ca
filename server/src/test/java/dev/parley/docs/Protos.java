package dev.parley.docs;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.proto.v1.AgentServiceProto;
import dev.parley.proto.v1.AuditServiceProto;
import dev.parley.proto.v1.ErrorReason;
import dev.parley.proto.v1.KeyServiceProto;
import dev.parley.proto.v1.MaintenanceServiceProto;
import dev.parley.proto.v1.MessageServiceProto;
import dev.parley.proto.v1.RetentionServiceProto;
import dev.parley.proto.v1.RunServiceProto;
import dev.parley.proto.v1.SearchServiceProto;
import dev.parley.proto.v1.SessionServiceProto;
import dev.parley.proto.v1.WatchServiceProto;
import dev.parley.proto.v1.WebhookServiceProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The RPCs of every API, as the protos declare them. */
final class Protos {
  private Protos() {}

  /** The proto files with services, by the name of the API. */
  static Map<String, List<FileDescriptor>> files() {
    Map<String, List<FileDescriptor>> files = new LinkedHashMap<>();
    files.put(
        "parley",
        List.of(
            AgentServiceProto.getDescriptor(),
            KeyServiceProto.getDescriptor(),
            AuditServiceProto.getDescriptor(),
            SessionServiceProto.getDescriptor(),
            MessageServiceProto.getDescriptor(),
            RunServiceProto.getDescriptor(),
            MaintenanceServiceProto.getDescriptor(),
            RetentionServiceProto.getDescriptor(),
            SearchServiceProto.getDescriptor(),
            WatchServiceProto.getDescriptor(),
            WebhookServiceProto.getDescriptor()));
    files.put("guayaba", List.of(dev.parley.proto.guayaba.v1.SessionServiceProto.getDescriptor()));
    files.put("grip", List.of(dev.parley.proto.grip.v1.SessionServiceProto.getDescriptor()));
    files.put(
        "powabase", List.of(dev.parley.proto.powabase.v1.SessionServiceProto.getDescriptor()));
    files.put("foundry", List.of(dev.parley.proto.foundry.v2.SessionServiceProto.getDescriptor()));
    files.put(
        "openai",
        List.of(
            dev.parley.proto.openai.v1.ConversationServiceProto.getDescriptor(),
            dev.parley.proto.openai.v1.ItemServiceProto.getDescriptor()));
    return files;
  }

  /** The RPCs of an API, in the order of its files. */
  static List<MethodDescriptor> rpcs(String api) {
    return files().get(api).stream()
        .flatMap(file -> file.getServices().stream())
        .flatMap(service -> service.getMethods().stream())
        .toList();
  }

  /** The name of an RPC with that of its service, such as {@code KeyService.ListKeys}. */
  static String name(MethodDescriptor rpc) {
    return rpc.getService().getName() + "." + rpc.getName();
  }

  /** The scope that a caller must hold. */
  static String scope(MethodDescriptor rpc) {
    return rpc.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.scope);
  }

  /** The errors that only some RPCs have. */
  static List<String> errors(MethodDescriptor rpc) {
    return rpc.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.errors).stream()
        .map(ErrorReason::name)
        .toList();
  }

  /** The REST routes of an RPC; its gRPC path if it has none. */
  static List<String> routes(MethodDescriptor rpc) {
    HttpRule rule = rpc.getOptions().getExtension(AnnotationsProto.http);
    List<HttpRule> rules = new ArrayList<>(List.of(rule));
    rules.addAll(rule.getAdditionalBindingsList());
    return rules.stream().map(each -> route(rpc, each)).toList();
  }

  private static String route(MethodDescriptor rpc, HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> "GET " + rule.getGet();
      case POST -> "POST " + rule.getPost();
      case PATCH -> "PATCH " + rule.getPatch();
      case PUT -> "PUT " + rule.getPut();
      case DELETE -> "DELETE " + rule.getDelete();
      case PATTERN_NOT_SET -> "gRPC /" + rpc.getService().getFullName() + "/" + rpc.getName();
      default -> throw new IllegalArgumentException(rule.toString());
    };
  }
}
