package dev.parley.app.cli.transcript.source;

import java.util.function.Supplier;

/** The formats that can be imported. A file is read in the first one that recognizes it. */
public enum SourceFormat {
  /** Files of {@code parley export}. */
  JSONL(ParleySource::new),
  /** Session files of grip. */
  GRIP(GripSource::new),
  /** Transcripts of OpenClaw, pi and omp. */
  OPENCLAW(OpenClawSource::new);

  private final Supplier<SessionSource> source;

  SourceFormat(Supplier<SessionSource> source) {
    this.source = source;
  }

  /** Creates a reader of this format. */
  public SessionSource source() {
    return source.get();
  }
}
