package dev.parley.model;

/** The author of a message. */
public enum Role {
  /** The user. */
  USER,
  /** The agent. */
  ASSISTANT,
  /** Instructions to the agent. */
  SYSTEM,
  /** The result of a tool call. */
  TOOL,
  /** Developer instructions, for models that distinguish them from system instructions. */
  DEVELOPER;

  /** Whether messages with this role are part of the dialog: those of the user and the agent. */
  public boolean isSpoken() {
    return this == USER || this == ASSISTANT;
  }
}
