package dev.parley.storage.postgres.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.postgres.sql.Sql;
import dev.parley.storage.postgres.sql.StatementException;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class SqlErrorsTest {
  private static SQLException of(Sql.Placement placement, String... states) {
    SQLException first = new SQLException("first", states[0]);
    for (int i = 1; i < states.length; i++) {
      first.setNextException(new SQLException("next", states[i]));
    }
    return StatementException.of(first, placement);
  }

  @Test
  void isOfNode_connectionFailedOrWasLostAfterTheError() {
    assertThat(SqlErrors.isOfNode(of(Sql.Placement.AGENT, "08006"))).isTrue();
    assertThat(SqlErrors.isOfNode(of(Sql.Placement.AGENT, "57014", "08006"))).isTrue();

    assertThat(SqlErrors.isOfNode(of(Sql.Placement.AGENT, "57014"))).isFalse();
    assertThat(SqlErrors.isOfNode(of(Sql.Placement.AGENT, "57014", "57014"))).isFalse();
    assertThat(SqlErrors.isOfNode(of(Sql.Placement.AGENTS, "08006"))).isFalse();
    assertThat(SqlErrors.isOfNode(of(Sql.Placement.LOCATION, "57014", "08006"))).isFalse();
    assertThat(SqlErrors.isOfNode(new SQLException("commit", "08006"))).isFalse();
  }

  @Test
  void mayBreakConnection_connectionLostAfterTheError() {
    assertThat(SqlErrors.mayBreakConnection(of(Sql.Placement.AGENT, "57014", "08006"))).isTrue();
    assertThat(SqlErrors.mayBreakConnection(of(Sql.Placement.AGENT, "57014"))).isFalse();
  }
}
