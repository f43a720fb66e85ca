package dev.parley.storage.postgres;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.TableFunction;
import net.sf.jsqlparser.statement.select.Values;
import net.sf.jsqlparser.statement.update.Update;

/**
 * The tables that a statement uses, and those of them for which it does not fix the value of a
 * column.
 */
final class Shards {
  private final String column;
  private final List<String> tables = new ArrayList<>();
  private final List<String> unbound = new ArrayList<>();

  private Shards(String column) {
    this.column = column;
  }

  /** The tables, and the tables whose {@code column} is not fixed to one given value. */
  static Shards of(Statement statement, String column) {
    Shards shards = new Shards(column);
    if (statement instanceof Insert insert) {
      shards.insert(insert);
    } else if (statement instanceof Update update) {
      shards.rows(update.getTable(), update.getFromItem(), update.getJoins(), update.getWhere());
    } else if (statement instanceof Delete delete) {
      shards.rows(delete.getTable(), null, delete.getJoins(), delete.getWhere());
    } else if (statement instanceof Select select) {
      shards.select(select);
    } else {
      throw new AssertionError("Not a statement on rows: " + statement);
    }
    return shards;
  }

  List<String> tables() {
    return tables;
  }

  List<String> unbound() {
    return unbound;
  }

  private void insert(Insert insert) {
    tables.add(insert.getTable().getName());
    int place = -1;
    for (int i = 0; i < insert.getColumns().size(); i++) {
      if (insert.getColumns().get(i).getColumnName().equals(column)) {
        place = i;
      }
    }
    boolean given = false;
    if (place >= 0 && insert.getSelect() instanceof Values values) {
      ExpressionList<?> row = (ExpressionList<?>) values.getExpressions();
      given = row.get(place) instanceof JdbcParameter;
    } else if (place >= 0 && insert.getSelect() instanceof PlainSelect select) {
      select(select);
      // From a table whose rows have the one value.
      given =
          select.getSelectItem(place).getExpression() instanceof Column from
              && from.getColumnName().equals(column)
              && from.getTable() != null
              && tables.contains(from.getTable().getName());
    }
    if (!given) {
      unbound.add(insert.getTable().getName());
    }
  }

  private void select(Select select) {
    if (select instanceof ParenthesedSelect inner) {
      select(inner.getSelect());
    } else if (select instanceof SetOperationList union) {
      union.getSelects().forEach(this::select);
    } else if (select instanceof PlainSelect plain) {
      rows(null, plain.getFromItem(), plain.getJoins(), plain.getWhere());
    } else {
      throw new AssertionError("Not looked into: " + select);
    }
  }

  private void rows(Table target, FromItem from, List<Join> joins, Expression where) {
    List<FromItem> items = new ArrayList<>();
    List<Expression> conditions = new ArrayList<>(conjuncts(where));
    if (target != null) {
      items.add(target);
    }
    if (from != null) {
      items.add(from);
    }
    for (Join join : joins == null ? List.<Join>of() : joins) {
      items.add(join.getFromItem());
      join.getOnExpressions().forEach(on -> conditions.addAll(conjuncts(on)));
    }
    List<String> own = new ArrayList<>();
    for (FromItem item : items) {
      if (item instanceof Table table) {
        own.add(table.getName());
      } else if (item instanceof Select inner) {
        select(inner);
      } else if (!(item instanceof TableFunction)) {
        throw new AssertionError("Not looked into: " + item);
      }
    }
    tables.addAll(own);
    Set<String> bound = bound(own, conditions);
    own.stream().filter(table -> !bound.contains(table)).forEach(unbound::add);
  }

  private Set<String> bound(List<String> own, List<Expression> conditions) {
    Set<String> bound = new HashSet<>();
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Expression condition : conditions) {
        if (condition instanceof EqualsTo equal
            && equal.getLeftExpression() instanceof Column left) {
          boolean given =
              equal.getRightExpression() instanceof JdbcParameter
                  || (equal.getRightExpression() instanceof Column right
                      && right.getColumnName().equals(column)
                      && bound.contains(table(right, own)));
          if (given && left.getColumnName().equals(column)) {
            grown |= bound.add(table(left, own));
          }
        }
      }
    }
    return bound;
  }

  /** The table of a column. A column without a table name belongs to the only table. */
  private static String table(Column column, List<String> own) {
    if (column.getTable() != null) {
      return column.getTable().getName();
    }
    return own.size() == 1 ? own.get(0) : "?";
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (condition == null) {
      return List.of();
    }
    if (condition instanceof AndExpression and) {
      List<Expression> both = new ArrayList<>(conjuncts(and.getLeftExpression()));
      both.addAll(conjuncts(and.getRightExpression()));
      return both;
    }
    return List.of(condition);
  }
}
