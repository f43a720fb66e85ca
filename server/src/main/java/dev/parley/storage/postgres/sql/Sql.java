package dev.parley.storage.postgres.sql;

/**
 * A statement, and where a distributed database places its rows.
 *
 * @param home the placement of the rows
 * @param text the statement with {@code ?} for each parameter
 */
public record Sql(Placement home, String text) {
  private static final String COMMIT = ";\nCOMMIT";

  /** Where the rows of a statement are placed. */
  public enum Placement {
    /** The statement names one agent, so it runs on one shard. */
    AGENT,
    /** The statement names several agents. Used only on databases that are not distributed. */
    AGENTS,
    /** The statement names one session id, by which a small table is distributed. */
    LOCATION,
    /** The statement names an owner and a user, by which a small table is distributed. */
    USER,
    /** The statement uses the tables of agents and keys, which each node has completely. */
    DIRECTORY,
    /** The statement names an audit entry, by whose id the audit log is distributed. */
    AUDIT,
    /**
     * The statement runs on any node, or on all nodes. Only deletions, and lists of expired
     * sessions or audit entries, use such statements.
     */
    EVERYWHERE
  }

  public static Sql ofAgent(String text) {
    return new Sql(Placement.AGENT, text);
  }

  public static Sql ofAgents(String text) {
    return new Sql(Placement.AGENTS, text);
  }

  public static Sql ofLocation(String text) {
    return new Sql(Placement.LOCATION, text);
  }

  public static Sql ofUser(String text) {
    return new Sql(Placement.USER, text);
  }

  public static Sql ofAudit(String text) {
    return new Sql(Placement.AUDIT, text);
  }

  public static Sql ofDirectory(String text) {
    return new Sql(Placement.DIRECTORY, text);
  }

  public static Sql everywhere(String text) {
    return new Sql(Placement.EVERYWHERE, text);
  }

  /** This statement, {@code next}, and the commit of their transaction, in one message. */
  public Sql thenCommit(Sql next) {
    return new Sql(home, then(next).text + COMMIT);
  }

  /** This statement without the commit that {@link #thenCommit} adds. */
  public Sql withoutCommit() {
    return text.endsWith(COMMIT)
        ? new Sql(home, text.substring(0, text.length() - COMMIT.length()))
        : this;
  }

  /** This statement followed by {@code next}, in one message. */
  public Sql then(Sql next) {
    return new Sql(home, text + ";\n" + next.text);
  }
}
