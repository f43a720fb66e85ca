package dev.parley.storage.postgres.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The queries of the check follow the rules by which Citus joins tables. */
class CheckRuleTest {
  private static final Set<String> ON_EVERY_NODE = Set.of("agent", "api_key");
  private static final Set<String> BY_AGENT =
      Set.of(
          "agent_home",
          "session",
          "message",
          "run",
          "run_context",
          "session_change",
          "session_creation",
          "session_label");

  @ParameterizedTest
  @EnumSource
  void query_joinsOnlyTablesOfOneDistribution(CheckRule rule) throws JSQLParserException {
    assertThat(violations(rule.query())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 FROM session s LEFT JOIN session_location l ON l.session_id = s.session_id",
        "SELECT 1 FROM session s JOIN message m ON m.session_id = s.session_id",
        "SELECT 1 FROM session s"
            + " JOIN (SELECT session_id FROM session_location) l ON l.session_id = s.session_id"
      })
  void rule_brokenOne_isSeen(String query) throws JSQLParserException {
    assertThat(violations(query)).isNotEmpty();
  }

  @Test
  void rule_subqueryThatIsNotMerged_isAllowed() throws JSQLParserException {
    assertThat(
            violations(
                "SELECT 1 FROM session s JOIN (SELECT session_id FROM session_location OFFSET 0) l"
                    + " ON l.session_id = s.session_id"))
        .isEmpty();
  }

  private static List<String> violations(String query) throws JSQLParserException {
    List<String> violations = new ArrayList<>();
    check((Select) CCJSqlParserUtil.parse(query), violations);
    return violations;
  }

  /** Returns the distributed tables of a query that Citus would merge into an outer query. */
  private static Set<String> check(Select select, List<String> violations) {
    if (select instanceof ParenthesedSelect inner) {
      return check(inner.getSelect(), violations);
    }
    PlainSelect plain = (PlainSelect) select;
    Set<String> tables = tables(plain.getFromItem(), violations);
    for (Join join : plain.getJoins() == null ? List.<Join>of() : plain.getJoins()) {
      Set<String> joined = tables(join.getFromItem(), violations);
      boolean byAgent = join.getOnExpressions().toString().contains(".agent_id");
      Set<String> both = new HashSet<>(tables);
      both.addAll(joined);
      if (!joined.isEmpty() && !tables.isEmpty() && !(BY_AGENT.containsAll(both) && byAgent)) {
        violations.add(join.toString());
      }
      tables = both;
    }
    // Citus computes a subquery with OFFSET first, wherever its rows are.
    return plain.getOffset() == null ? tables : Set.of();
  }

  private static Set<String> tables(FromItem item, List<String> violations) {
    if (item instanceof Table table) {
      return ON_EVERY_NODE.contains(table.getName()) ? Set.of() : Set.of(table.getName());
    }
    return check((Select) item, violations);
  }
}
