package dev.parley.app.cli.transcript.record;

/** Names in the metadata and content of imported messages. */
public final class MetadataNames {
  /** Members of grip's messages that have no field in Parley. */
  public static final String GRIP = "grip";

  /** Members of OpenClaw's messages that have no field in Parley. */
  public static final String OPENCLAW = "openclaw";

  /** Members of messages of OpenAI's chat completions that have no field in Parley. */
  public static final String OPENAI = "openai";

  /** What an import changed, with the original record. */
  public static final String IMPORT = "import";

  /** The type of the content blocks that contain a tool call. */
  public static final String TOOL_USE = "tool_use";

  private MetadataNames() {}
}
