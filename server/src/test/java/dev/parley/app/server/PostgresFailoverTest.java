package dev.parley.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerFixture;
import dev.parley.testing.Traffic;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A standby takes over from a database that clients write to and read from. */
class PostgresFailoverTest {

  @Test
  void primaryKilled_standbyPromoted() {
    try (PostgresServer primary = PostgresServer.own()) {
      String url = primary.newDatabase();
      try (PostgresServer standby = primary.standby();
          ServerFixture server = PostgresFaultsTest.server(primary.withStandby(url, standby))) {
        UUID agentId = server.agent("acme");
        try (Traffic traffic = Traffic.start(server.channel(server.rootKey()), agentId)) {
          traffic.awaitProgress(100);
          primary.kill();
          traffic.awaitRefusedAppends();
          traffic.awaitRefusedReads();
          assertThat(traffic.surprises()).isEmpty();

          standby.promote();

          PostgresFaultsTest.recovers(traffic);
          PostgresFaultsTest.endsWell(traffic, server);
        }
      }
    }
  }

  /** The server leaves a database that only answers reads, and uses the one that accepts writes. */
  @Test
  void primaryReadOnly_standbyPromoted() {
    try (PostgresServer primary = PostgresServer.own()) {
      String url = primary.newDatabase();
      try (PostgresServer standby = primary.standby();
          ServerFixture server = PostgresFaultsTest.server(primary.withStandby(url, standby))) {
        UUID agentId = server.agent("acme");
        try (Traffic traffic = Traffic.start(server.channel(server.rootKey()), agentId)) {
          traffic.awaitProgress(100);
          primary.setReadOnly(true);
          traffic.awaitRefusedAppends();

          standby.promote();

          PostgresFaultsTest.recovers(traffic);
          PostgresFaultsTest.endsWell(traffic, server);
        }
      }
    }
  }
}
