package dev.parley.client;

import dev.parley.proto.v1.AgentServiceGrpc;
import dev.parley.proto.v1.AuditServiceGrpc;
import dev.parley.proto.v1.KeyServiceGrpc;
import dev.parley.proto.v1.MaintenanceServiceGrpc;
import dev.parley.proto.v1.MessageServiceGrpc;
import dev.parley.proto.v1.RetentionServiceGrpc;
import dev.parley.proto.v1.RunServiceGrpc;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.WebhookServiceGrpc;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The service config of {@code parley-service-config.json} as a map, because gRPC has no public
 * parser for the file. A test compares the two.
 */
final class ServiceConfig {
  private ServiceConfig() {}

  /** Returns the service config, with all numbers as doubles, as gRPC requires. */
  static Map<String, Object> get() {
    return Map.of(
        "loadBalancingConfig", List.of(Map.of("round_robin", Map.of())),
        "healthCheckConfig", Map.of("serviceName", ""),
        "retryThrottling", Map.of("maxTokens", 100.0, "tokenRatio", 0.1),
        "methodConfig", List.of(retriedMethods()));
  }

  private static Map<String, Object> retriedMethods() {
    return Map.of(
        "name", safeMethods(),
        "timeout", "30s",
        "retryPolicy",
            Map.of(
                "maxAttempts",
                4.0,
                "initialBackoff",
                "0.2s",
                "maxBackoff",
                "3s",
                "backoffMultiplier",
                2.0,
                "retryableStatusCodes",
                List.of("UNAVAILABLE")));
  }

  private static List<Map<String, String>> safeMethods() {
    Stream<ServiceDescriptor> services =
        Stream.of(
            AgentServiceGrpc.getServiceDescriptor(),
            AuditServiceGrpc.getServiceDescriptor(),
            KeyServiceGrpc.getServiceDescriptor(),
            MaintenanceServiceGrpc.getServiceDescriptor(),
            MessageServiceGrpc.getServiceDescriptor(),
            RetentionServiceGrpc.getServiceDescriptor(),
            RunServiceGrpc.getServiceDescriptor(),
            SearchServiceGrpc.getServiceDescriptor(),
            SessionServiceGrpc.getServiceDescriptor(),
            WebhookServiceGrpc.getServiceDescriptor());
    return services
        .flatMap(service -> service.getMethods().stream())
        .filter(method -> method.getType() == MethodType.UNARY)
        .filter(method -> method.isSafe() || method.isIdempotent())
        .map(
            method ->
                Map.of(
                    "service", String.valueOf(method.getServiceName()),
                    "method", String.valueOf(method.getBareMethodName())))
        .toList();
  }
}
