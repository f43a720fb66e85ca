package dev.parley.model;

/** Who speaks in a message. */
public enum Role {
  /** The person. */
  USER,
  /** The agent. */
  ASSISTANT,
  /** Instructions to the agent. */
  SYSTEM,
  /** What a tool answered. */
  TOOL
}
