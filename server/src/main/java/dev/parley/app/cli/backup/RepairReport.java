package dev.parley.app.cli.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.storage.rocksdb.repair.Loss;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes what a repair lost as JSON Lines, and counts it. */
final class RepairReport implements Loss.Receiver, AutoCloseable {
  private final JsonFactory json = new JsonFactory();
  private final BufferedWriter out;
  private final Map<Loss.Kind, Long> counts = new EnumMap<>(Loss.Kind.class);

  /** Creates the file, which must not exist. */
  RepairReport(Path file) throws IOException {
    out = Files.newBufferedWriter(file, UTF_8, StandardOpenOption.CREATE_NEW);
  }

  @Override
  public void lost(Loss loss) {
    long count = loss.last() == 0 ? 1 : loss.last() - loss.first() + 1;
    counts.merge(loss.kind(), count, Long::sum);
    try {
      out.write(line(loss));
      out.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line(Loss loss) throws IOException {
    StringWriter line = new StringWriter();
    try (JsonGenerator to = json.createGenerator(line)) {
      to.writeStartObject();
      to.writeStringField("kind", name(loss.kind()));
      field(to, "agent", loss.agentId());
      field(to, "session", loss.sessionId());
      field(to, "id", loss.item());
      if (loss.last() > 0) {
        to.writeNumberField("first_sequence", loss.first());
        to.writeNumberField("last_sequence", loss.last());
      }
      field(to, "file", loss.file());
      to.writeStringField("reason", loss.reason());
      to.writeEndObject();
    }
    return line.toString();
  }

  private static void field(JsonGenerator to, String name, @Nullable Object value)
      throws IOException {
    if (value != null) {
      to.writeStringField(name, value.toString());
    }
  }

  private static String name(Loss.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /** The numbers of lost items by kind, such as {@code 1 file, 17 messages}. */
  String summary() {
    return counts.entrySet().stream()
        .map(each -> ConsoleText.count(each.getValue(), noun(each.getKey())))
        .collect(Collectors.joining(", "));
  }

  private static String noun(Loss.Kind kind) {
    return switch (kind) {
      case CHANGES -> "change";
      case ENTRIES -> "unreadable range";
      case MESSAGES -> "message";
      case RUNS -> "run";
      case AUDIT_ENTRY -> "audit log record";
      default -> name(kind);
    };
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
