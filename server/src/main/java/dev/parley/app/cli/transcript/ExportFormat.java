package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.output.GripTarget;
import dev.parley.app.cli.transcript.output.LineTarget;
import dev.parley.app.cli.transcript.output.MarkdownTarget;
import dev.parley.app.cli.transcript.output.OpenAITarget;
import dev.parley.app.cli.transcript.output.OpenClawTarget;
import dev.parley.app.cli.transcript.output.SessionTarget;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;

/** The formats of exported conversations. */
enum ExportFormat {
  /** One file with one JSON object per line. */
  JSONL,
  /** One file with one line per session. */
  OPENAI,
  /** One file for people. */
  MARKDOWN,
  /** A folder with session files of grip. */
  GRIP,
  /** A folder with transcripts of OpenClaw. */
  OPENCLAW;

  /** Whether the format is a folder, and not a single file. */
  boolean isFolder() {
    return this == GRIP || this == OPENCLAW;
  }

  /** A target that writes into a folder. */
  SessionTarget target(Path folder, boolean force) {
    return switch (this) {
      case GRIP -> new GripTarget(folder, force);
      case OPENCLAW -> new OpenClawTarget(folder, force);
      case JSONL, OPENAI, MARKDOWN -> throw new IllegalStateException(this + " is a single file.");
    };
  }

  /** A target that writes to a stream without closing it. */
  SessionTarget target(OutputStream out) {
    return switch (this) {
      case JSONL -> new LineTarget(out);
      case OPENAI -> new OpenAITarget(out);
      case MARKDOWN -> new MarkdownTarget(out);
      case GRIP, OPENCLAW -> throw new IllegalStateException(this + " is a folder.");
    };
  }

  /** The name of the format, as {@code --format} takes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
