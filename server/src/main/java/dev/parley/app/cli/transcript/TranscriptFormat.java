package dev.parley.app.cli.transcript;

import java.nio.file.Path;

/** File formats of conversations. */
enum TranscriptFormat {
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

  /** A source that reads a folder in this format. Not for {@link #JSONL}. */
  SessionSource source(Path folder) {
    return switch (this) {
      case GRIP -> new GripSource(folder);
      case OPENCLAW -> new OpenClawSource(folder);
      case JSONL -> throw new IllegalStateException("JSONL is a single file.");
    };
  }
}
