package dev.parley.app.cli.transcript;

import dev.parley.app.cli.transcript.target.GripTarget;
import dev.parley.app.cli.transcript.target.OpenClawTarget;
import dev.parley.app.cli.transcript.target.SessionTarget;
import java.nio.file.Path;

/** The formats of exported conversations. */
enum ExportFormat {
  /** One file with one JSON object per line. */
  JSONL,
  /** Session files of grip. */
  GRIP,
  /** Transcripts of OpenClaw. */
  OPENCLAW;

  /** A target that writes files of this format into a folder. Not for {@link #JSONL}. */
  SessionTarget target(Path folder, boolean force) {
    return switch (this) {
      case GRIP -> new GripTarget(folder, force);
      case OPENCLAW -> new OpenClawTarget(folder, force);
      case JSONL -> throw new IllegalStateException("JSONL is a single file.");
    };
  }
}
