package dev.parley.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Setting;
import dev.parley.testing.ServerFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Behind proxies, the rate limit applies to the last address that is not a trusted proxy. */
class ProxiedLimitTest {
  private static final int LIMIT = 2;
  @TempDir Path folder;

  private static int call(ServerFixture server, String forwardedFor) {
    return server
        .send(
            request ->
                request
                    .header("X-Forwarded-For", forwardedFor)
                    .header("Forwarded", "for=x;=")
                    .GET(),
            "/v1/agents")
        .statusCode();
  }

  private ServerFixture start(String trusted) {
    ServerFixture.Setup setup = ServerFixture.in(folder).flag(Setting.RATE_LIMIT, LIMIT + "/min");
    return trusted.isEmpty() ? setup.start() : setup.flag(Setting.TRUSTED_PROXIES, trusted).start();
  }

  @Test
  void header_ofNoTrustedProxy_isNotBelieved() {
    try (ServerFixture server = start("10.0.0.0/8")) {
      for (int i = 0; i < LIMIT; i++) {
        assertThat(call(server, "192.0.2." + i)).isEqualTo(401);
      }
      assertThat(call(server, "192.0.2.99")).isEqualTo(429);
    }
  }

  @Test
  void header_ofTrustedProxy_tellsTwoClientsApart() {
    try (ServerFixture server = start("127.0.0.1, 10.0.0.0/8")) {
      for (int i = 0; i < LIMIT; i++) {
        assertThat(call(server, "192.0.2.1")).isEqualTo(401);
        assertThat(call(server, "192.0.2.2, 10.0.0.7")).isEqualTo(401);
      }
      assertThat(call(server, "192.0.2.1")).isEqualTo(429);
      assertThat(call(server, "192.0.2.2")).isEqualTo(429);
      // Addresses that a client adds before its own are ignored.
      assertThat(call(server, "192.0.2.77, 192.0.2.1, 10.0.0.7")).isEqualTo(429);
      assertThat(call(server, "192.0.2.3")).isEqualTo(401);
    }
  }
}
