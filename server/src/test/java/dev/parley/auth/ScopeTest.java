package dev.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|agent:read agent:manage chat",
        "openid profile|agent:read agent:manage chat",
        "agent:read|agent:read api:aip-agents-read",
        "chat|chat",
        "agent:manage|agent:manage api:aip-agents-write",
        "api:aip-agents-read|agent:read api:aip-agents-read",
        "api:aip-agents-write|agent:manage api:aip-agents-write",
        "openid owner files|",
        "channels|",
      })
  void userHolds_exactly(String named, String held) {
    assertHolds(named, held, (scopes, asked) -> Scope.userHolds(scopes, asked));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "agent:read|agent:read api:aip-agents-read",
        "agent:read chat|agent:read chat api:aip-agents-read",
        "agent:manage|agent:manage api:aip-agents-write",
        "api:aip-agents-write|api:aip-agents-write",
      })
  void keyHolds_exactly(String named, String held) {
    assertHolds(named, held, (scopes, asked) -> Scope.keyHolds(scopes, asked));
  }

  @Test
  void isKnown_whatAnRpcMayRequire() {
    assertThat(Scope.GRANTABLE).allMatch(Scope::isKnown);
    assertThat(Scope.isKnown(Scope.OWNER)).isTrue();
    assertThat(Scope.isKnown(Scope.OPERATOR)).isTrue();
    assertThat(Scope.isKnown("other")).isFalse();
    assertThat(Scope.isKnown("")).isFalse();
  }

  @Test
  void grantable_isNotWhatOnlyOwnersOrRootMayDo() {
    assertThat(Scope.GRANTABLE).doesNotContain(Scope.OWNER, Scope.OPERATOR);
  }

  private interface Holds {
    boolean test(Set<String> scopes, String asked);
  }

  private static void assertHolds(String named, String held, Holds holds) {
    Set<String> scopes = named == null ? Set.of() : Set.of(named.split(" "));
    Set<String> expected = held == null ? Set.of() : Set.of(held.split(" "));
    for (String asked :
        Set.of(
            "agent:read",
            "agent:manage",
            "chat",
            "owner",
            "api:aip-agents-read",
            "api:aip-agents-write")) {
      assertThat(holds.test(scopes, asked)).as(asked).isEqualTo(expected.contains(asked));
    }
  }
}
