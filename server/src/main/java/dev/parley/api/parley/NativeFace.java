package dev.parley.api.parley;

import dev.parley.api.Face;
import dev.parley.core.Agents;
import dev.parley.core.Archives;
import dev.parley.core.Audit;
import dev.parley.core.Backups;
import dev.parley.core.Keys;
import dev.parley.core.Messages;
import dev.parley.core.Retention;
import dev.parley.core.Runs;
import dev.parley.core.Sessions;
import java.time.Clock;

/** Makes the native face, which also answers for every path that no other face has. */
public final class NativeFace {
  private NativeFace() {}

  public static Face of(
      Audit audit,
      Agents agents,
      Keys keys,
      Sessions sessions,
      Archives archives,
      Messages messages,
      Runs runs,
      Backups backups,
      Retention retention,
      Clock clock) {
    return Face.builder("parley", "", new NativeErrorBody())
        .services(
            new AuditRpcs(audit),
            new AgentRpcs(agents),
            new KeyRpcs(keys, clock),
            new SessionRpcs(sessions, archives, messages),
            new RunRpcs(runs),
            new MaintenanceRpcs(backups),
            new RetentionRpcs(retention))
        .strictQuery()
        .build();
  }
}
