package dev.parley.storage.postgres.sql;

/**
 * A statement, and where its rows are.
 *
 * @param home what a distributed database places these rows by
 * @param text with {@code ?} for each value
 */
public record Sql(Placement home, String text) {
  private static final String END = ";\nCOMMIT";

  /** Where the rows of a statement are. */
  public enum Placement {
    /** With one agent, which the statement names: a shard of its data. */
    AGENT,
    /** In the small table that is keyed by session id, which the statement names. */
    LOCATION,
    /** In the small table that is keyed by owner and user, which the statement names. */
    USER,
    /** In the directory of agents and keys, of which every node has a copy. */
    DIRECTORY,
    /** In the audit log, which is keyed by the id of the entry that the statement names. */
    AUDIT,
    /**
     * Wherever: no call waits for these but those that delete an agent, list what is due, or read
     * the audit log.
     */
    EVERYWHERE
  }

  public static Sql ofAgent(String text) {
    return new Sql(Placement.AGENT, text);
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

  /** This statement, then {@code next}, then the end of their transaction, in one message. */
  public Sql thenLast(Sql next) {
    return new Sql(home, then(next).text + END);
  }

  /** This statement without the end of its transaction, which {@link #thenLast} adds. */
  public Sql withoutEnd() {
    return text.endsWith(END)
        ? new Sql(home, text.substring(0, text.length() - END.length()))
        : this;
  }

  /** This statement and then {@code next}, in one message to the server. */
  public Sql then(Sql next) {
    return new Sql(home, text + ";\n" + next.text);
  }
}
