package dev.parley.app.cli.transcript;

import java.nio.file.Path;

/** How conversations are kept in files. */
enum TranscriptFormat {
  /** Parley's own lines, in one file. */
  JSONL,
  /** Session files of grip. */
  GRIP,
  /** Transcripts of OpenClaw. */
  OPENCLAW;

  /** Writes files of this format, which is not {@link #JSONL}, into a folder. */
  SessionTarget target(Path folder, boolean force) {
    return switch (this) {
      case GRIP -> new GripTarget(folder, force);
      case OPENCLAW -> new OpenClawTarget(folder, force);
      case JSONL -> throw new IllegalStateException("One file, and no folder.");
    };
  }

  /** Reads a folder of this format, which is not {@link #JSONL}. */
  SessionSource source(Path folder) {
    return switch (this) {
      case GRIP -> new GripSource(folder);
      case OPENCLAW -> new OpenClawSource(folder);
      case JSONL -> throw new IllegalStateException("One file, and no folder.");
    };
  }
}
