package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.app.cli.transcript.record.FieldText;
import dev.parley.app.cli.transcript.record.Location;
import dev.parley.app.cli.transcript.record.RecordSink;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions of different files apart. If two files have a session with the same key, the key
 * of the second one gets a suffix that depends on the path of its file.
 */
final class UniqueKeys implements RecordSink {
  private final RecordSink next;
  private final Map<String, String> files = new HashMap<>();

  UniqueKeys(RecordSink next) {
    this.next = next;
  }

  @Override
  public void take(ImportLine line, Location at, @Nullable String repair) {
    String key = line.hasSession() ? line.getSession().getKey() : line.getKey();
    String first = files.putIfAbsent(key, at.file());
    if (first == null || first.equals(at.file())) {
      next.take(line, at, repair);
      return;
    }
    String other = FieldText.withSuffix(key, "~" + FieldText.hash(at.file()));
    if (!line.hasSession()) {
      next.take(line.toBuilder().setKey(other).build(), at, repair);
      return;
    }
    String why = "Another file has a session with this key: " + first + ". The key got a suffix.";
    next.take(
        line.toBuilder().setSession(line.getSession().toBuilder().setKey(other)).build(),
        at,
        repair == null ? why : repair + " " + why);
  }

  @Override
  public void repaired(Location at, String reason) {
    next.repaired(at, reason);
  }

  @Override
  public void skip(Location at, String reason, String original) {
    next.skip(at, reason, original);
  }
}
