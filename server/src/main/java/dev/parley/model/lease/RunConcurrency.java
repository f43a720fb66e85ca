package dev.parley.model.lease;

/** What the start of a run does to runs of the session that have a live lease. */
public enum RunConcurrency {
  /** The new run starts beside them. */
  ALLOW,
  /** The new run does not start. */
  REJECT,
  /** They are cancelled and lose their leases. */
  INTERRUPT
}
