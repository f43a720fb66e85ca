package dev.parley.api.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.api.call.error.ErrorFormat;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiCatalogTest {
  private static final ErrorFormat ERRORS = (call, json) -> {};

  private static ApiDefinition api(String name, String prefix) {
    return ApiDefinition.builder(name, prefix, ERRORS).build();
  }

  /** A server builds its catalog when it starts, so it does not start with such an RPC. */
  @Test
  void rpc_withoutScope_isRefused() {
    ServiceHandlers health =
        ServiceHandlers.of(HealthGrpc.getServiceDescriptor())
            .unary(HealthGrpc.getCheckMethod(), (call, request) -> null, answer -> null)
            .streaming(HealthGrpc.getWatchMethod(), (call, request) -> null)
            .build();
    ApiDefinition unscoped = ApiDefinition.builder("unscoped", "", ERRORS).services(health).build();

    assertThatThrownBy(() -> new ApiCatalog(List.of(unscoped)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("grpc.health.v1.Health.");
  }

  @Test
  void rpc_withoutHandler_isRefused() {
    assertThatThrownBy(
            () ->
                ServiceHandlers.of(HealthGrpc.getServiceDescriptor())
                    .streaming(HealthGrpc.getWatchMethod(), (call, request) -> null)
                    .build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("grpc.health.v1.Health/");
  }

  @Test
  void path_belongsToTheApiWithTheLongestPrefix() {
    ApiCatalog apis =
        new ApiCatalog(
            List.of(
                api("root", ""),
                api("v1", "/api/v1"),
                api("s", "/api/v1/sessions"),
                ApiDefinition.builder("two", "/x", ERRORS).otherPrefixes("/y").build()));

    assertThat(apis.ofPath("/api/v1/sessions/a").name()).isEqualTo("s");
    assertThat(apis.ofPath("/api/v1/sessions").name()).isEqualTo("s");
    assertThat(apis.ofPath("/api/v1/sessions:lookup").name()).isEqualTo("s");
    assertThat(apis.ofPath("/api/v1/sessionsx").name()).isEqualTo("v1");
    assertThat(apis.ofPath("/api/v1/agents").name()).isEqualTo("v1");
    assertThat(apis.ofPath("/x/a").name()).isEqualTo("two");
    assertThat(apis.ofPath("/y/a").name()).isEqualTo("two");
    assertThat(apis.ofPath("/ya").name()).isEqualTo("root");
    assertThat(apis.ofPath("/api/v2").name()).isEqualTo("root");
    assertThat(apis.ofPath("*").name()).isEqualTo("root");
  }
}
