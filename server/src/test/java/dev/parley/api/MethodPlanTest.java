package dev.parley.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.proto.v1.SessionServiceGrpc;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthGrpc;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodPlanTest {

  @Test
  void rpc_withoutScope_isRefused() {
    assertThatThrownBy(() -> MethodPlan.of(HealthGrpc.getCheckMethod()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("grpc.health.v1.Health.Check");
  }

  /** A server makes this at its start, and so does not start with such an rpc. */
  @Test
  void face_withAnRpcWithoutScope_isRefused() {
    BindableService unscoped = new HealthGrpc.HealthImplBase() {};
    Face face = Face.builder("unscoped", "", (call, json) -> {}).services(unscoped).build();
    assertThatThrownBy(() -> new RestErrors(List.of(face)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void session_pathAndQueryFields_asInTheProto() {
    MethodPlan plan = MethodPlan.of(SessionServiceGrpc.getListMessagesMethod());
    assertThat(plan.scope()).isEqualTo("agent:read");
    assertThat(plan.isField("sessionId")).isTrue();
    assertThat(plan.isField("session_id")).isTrue();
    assertThat(plan.isField("session_id.x")).isTrue();
    assertThat(plan.isField("sessions")).isFalse();
    assertThat(plan.queryFields().keySet())
        .containsExactlyInAnyOrder("page_size", "pageSize", "page_token", "pageToken", "order");
    assertThat(MethodPlan.of(SessionServiceGrpc.getAppendMessagesMethod()).queryFields()).isEmpty();
  }

  /** Armeria takes lowerCamelCase from a query even if JSON spells the field otherwise. */
  @Test
  void field_withJsonNameOfItsOwn_isKnownByLowerCamelCaseToo() {
    MethodPlan plan =
        MethodPlan.of(
            dev.parley.proto.powabase.v1.SessionServiceGrpc.getGetRetrievedContextMethod());
    assertThat(plan.isField("run_id")).isTrue();
    assertThat(plan.isField("runId")).isTrue();
  }
}
