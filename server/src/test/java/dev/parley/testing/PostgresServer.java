package dev.parley.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server, and databases on it that an ordinary role owns: who uses its URLs can
 * run out of connections and feels limits, as a superuser would not. The one that is shared can be
 * given no faults.
 */
public final class PostgresServer implements AutoCloseable {
  private static final String NAMED_SERVER = "parley.postgres.url";

  private final @Nullable PostgresProcess process;
  private final PostgresAdmin admin;
  private final boolean isOwn;
  private final String role;
  private final String password;
  private final Queue<String> databases = new ConcurrentLinkedQueue<>();

  private PostgresServer(@Nullable PostgresProcess process, PostgresAdmin admin, boolean isOwn) {
    this(process, admin, isOwn, randomName(), UUID.randomUUID().toString());
  }

  private PostgresServer(
      @Nullable PostgresProcess process,
      PostgresAdmin admin,
      boolean isOwn,
      String role,
      String password) {
    this.process = process;
    this.admin = admin;
    this.isOwn = isOwn;
    this.role = role;
    this.password = password;
  }

  private static final class Shared {
    static final PostgresServer SERVER = startShared();
  }

  /**
   * The server of this JVM, from the first call until the JVM ends: the one that {@code
   * -Dparley.postgres.url} names, the JDBC URL of a superuser, or one that is started here. It
   * loses what it holds if the machine crashes.
   */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  /** A new server that keeps its promises over a crash, for tests that disturb it. */
  public static PostgresServer own() {
    return own(List.of("fsync=on", "max_connections=100"));
  }

  /** The same with these settings, each as in {@code postgresql.conf}. */
  public static PostgresServer own(List<String> settings) {
    return started(settings, true);
  }

  private static PostgresServer startShared() {
    String named = System.getProperty(NAMED_SERVER, "");
    PostgresServer server =
        named.isEmpty()
            ? started(List.of("fsync=off", "full_page_writes=off", "max_connections=300"), false)
            : withRole(new PostgresServer(null, new PostgresAdmin(named), false));
    Runtime.getRuntime().addShutdownHook(new Thread(server::end, "postgres-end"));
    return server;
  }

  private static PostgresServer started(List<String> options, boolean isOwn) {
    PostgresProcess process = new PostgresProcess(options);
    try {
      process.start();
      return withRole(new PostgresServer(process, process.admin(), isOwn));
    } catch (Throwable e) {
      process.close();
      throw e;
    }
  }

  private static PostgresServer withRole(PostgresServer server) {
    server.admin.execute(
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(server.role, server.password));
    return server;
  }

  /** Makes an empty database; its URL. */
  public String newDatabase() {
    return newDatabase("template1");
  }

  /** Makes a copy of a database, given by its URL, that nobody is connected to; its URL. */
  public String copy(String url) {
    return newDatabase(PostgresAdmin.database(url));
  }

  private String newDatabase(String template) {
    String database = randomName();
    databases.add(database);
    admin.execute("CREATE DATABASE %s OWNER %s TEMPLATE %s".formatted(database, role, template));
    return url(database);
  }

  /** The JDBC URL of a database, for the role that owns those made here. */
  public String url(String database) {
    return admin.url(database, role, password);
  }

  /** Stops it in good order; its clients are disconnected. */
  public void stop() {
    process().stop();
  }

  /** Creates an extension in a database that is given by its URL. */
  public void createExtension(String url, String name) {
    admin.createExtension(PostgresAdmin.database(url), name);
  }

  /** Ends all its processes at once, as a crash does. */
  public void kill() {
    process().kill();
  }

  /** Starts it again after {@link #stop} or {@link #kill}, with the same data and port. */
  public void start() {
    process().start();
  }

  /** Freezes it: connections stay open and can be opened, and nothing answers. */
  public void pause() {
    process().pause();
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    process().resume();
  }

  /**
   * Makes every transaction that begins after this call read-only, or read-write again: those of
   * open connections too, but for connections that have chosen for themselves. No connection is
   * closed.
   */
  public void setReadOnly(boolean readOnly) {
    var unused = process();
    admin.configure("default_transaction_read_only", readOnly ? "on" : "off");
  }

  /** Lets the URLs open at most that many connections at a time; open ones stay. */
  public void setConnectionsMax(int max) {
    var unused = process();
    admin.execute("ALTER ROLE %s CONNECTION LIMIT %d".formatted(role, max));
  }

  /** Lets the URLs open as many connections as the server takes. */
  public void unsetConnectionsMax() {
    setConnectionsMax(-1);
  }

  /** Closes the connections of all who use the URLs, and waits until they are gone. */
  public void terminateConnections() {
    var unused = process();
    admin.terminateConnections(role);
  }

  /**
   * Starts a standby with the same databases and roles, which from then on has all that a commit
   * here has acknowledged. This server is started anew.
   */
  public PostgresServer standby() {
    stop();
    PostgresProcess copy = new PostgresProcess(process());
    try {
      start();
      copy.start();
      admin.requireStandby(PostgresProcess.STANDBY);
      return new PostgresServer(copy, copy.admin(), true, role, password);
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
  }

  /** Lets a standby take writes from now on. */
  public void promote() {
    var unused = process();
    admin.execute("SELECT pg_promote()");
  }

  /** {@code url}, a database of this server's, on whichever of both takes writes. */
  public String withStandby(String url, PostgresServer standby) {
    String here = "127.0.0.1:" + process().port();
    return url.replace(here, here + ",127.0.0.1:" + standby.process().port())
        + "&targetServerType=primary";
  }

  /** The processes of a server that may be disturbed. */
  PostgresProcess process() {
    if (!isOwn) {
      throw new IllegalStateException("Others use this server too.");
    }
    return Objects.requireNonNull(process);
  }

  @Override
  public void close() {
    process().close();
  }

  private void end() {
    if (process != null) {
      process.close();
      return;
    }
    List<String> statements = new ArrayList<>();
    databases.forEach(name -> statements.add("DROP DATABASE IF EXISTS %s (FORCE)".formatted(name)));
    statements.add("DROP ROLE " + role);
    admin.execute(statements.toArray(String[]::new));
  }

  private static String randomName() {
    return "parley_" + UUID.randomUUID().toString().replace("-", "");
  }
}
