package dev.parley.storage.postgres.table;

import dev.parley.model.lease.Lease;
import dev.parley.model.lease.Leases;
import dev.parley.storage.postgres.sql.Row;
import dev.parley.storage.rules.Micros;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The leases in the table {@code session}: the column {@code leases} has one line for each, with
 * the fence, the expire time and the run id. Run ids have no line breaks.
 */
public final class LeaseColumns {
  private LeaseColumns() {}

  static @Nullable String text(Leases leases) {
    return leases.held().isEmpty()
        ? null
        : leases.held().stream()
            .map(each -> each.fence() + " " + Micros.of(each.expireTime()) + " " + each.runId())
            .collect(Collectors.joining("\n"));
  }

  /** Reads the columns {@code last_fence} and {@code leases}. */
  public static Leases map(Row row) throws SQLException {
    long lastFence = row.number();
    String leases = row.textOrNull();
    if (lastFence == 0) {
      return Leases.NONE;
    }
    return new Leases(
        lastFence, leases == null ? List.of() : leases.lines().map(LeaseColumns::toLease).toList());
  }

  private static Lease toLease(String line) {
    String[] parts = line.split(" ", 3);
    return new Lease(
        Long.parseLong(parts[0]), parts[2], Micros.toInstant(Long.parseLong(parts[1])));
  }
}
