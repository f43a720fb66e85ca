package dev.parley.app.cli.transcript.source;

import java.util.Locale;
import java.util.function.Supplier;

/** The formats that can be imported. A file is read in the first one that recognizes it. */
public enum SourceFormat {
  /** Files of {@code parley export}. */
  JSONL(ParleySource::new),
  /** Session files of grip. */
  GRIP(GripSource::new),
  /** Transcripts of OpenClaw, pi and omp. */
  OPENCLAW(OpenClawSource::new),
  /** Transcripts of Claude Code. */
  CLAUDE_CODE(ClaudeCodeSource::new),
  /** Rollouts of Codex. */
  CODEX(CodexSource::new),
  /** {@code conversations.json} of ChatGPT exports. */
  CHATGPT(ChatGptSource::new),
  /** Threads and states of LangGraph. */
  LANGGRAPH(LangGraphSource::new),
  /** JSON Lines of OpenAI's chat completions. */
  OPENAI(OpenAISource::new);

  private final Supplier<SessionSource> source;

  SourceFormat(Supplier<SessionSource> source) {
    this.source = source;
  }

  /** The name of the format, as {@code --format} takes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Creates a reader of this format. */
  public SessionSource source() {
    return source.get();
  }
}
