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
  /** Instructions of the developer, for models that tell them from those of the system. */
  DEVELOPER;

  /** Whether messages with this role are part of the dialog: those of the user and the agent. */
  public boolean isSpoken() {
    return this == USER || this == ASSISTANT;
  }
}
