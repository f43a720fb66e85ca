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
  TOOL
}
