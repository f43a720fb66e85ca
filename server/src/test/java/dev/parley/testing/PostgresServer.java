package dev.parley.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL server. An ordinary role owns its databases, so that limits of connections
 * apply, which they would not for a superuser. Tests must not disturb the shared server.
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
   * The shared server of this JVM. It is the server of {@code -Dparley.postgres.url}, the JDBC URL
   * of a superuser, or a server that is started at the first call. A crash of the machine can lose
   * its data.
   */
  public static PostgresServer shared() {
    return Shared.SERVER;
  }

  /** Starts a durable server, for tests that disturb it. */
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

  /** Creates an empty database and returns its URL. */
  public String newDatabase() {
    return newDatabase("template1");
  }

  /** Copies a database without connections and returns the URL of the copy. */
  public String copy(String url) {
    return newDatabase(PostgresAdmin.database(url));
  }

  private String newDatabase(String template) {
    String database = randomName();
    databases.add(database);
    admin.execute("CREATE DATABASE %s OWNER %s TEMPLATE %s".formatted(database, role, template));
    return url(database);
  }

  /** The JDBC URL of a database, for the role that owns the test databases. */
  public String url(String database) {
    return admin.url(database, role, password);
  }

  /** Stops the server in an orderly way and disconnects its clients. */
  public void stop() {
    process().stop();
  }

  /** Creates an extension in the database with this URL. */
  public void createExtension(String url, String name) {
    admin.createExtension(PostgresAdmin.database(url), name);
  }

  /** Kills all processes of the server, like a crash. */
  public void kill() {
    process().kill();
  }

  /** Restarts the server after {@link #stop} or {@link #kill}, with the same data and port. */
  public void start() {
    process().start();
  }

  /** Suspends the server: clients can connect, but get no answer. */
  public void pause() {
    process().pause();
  }

  /** Resumes the server after {@link #pause}. */
  public void resume() {
    process().resume();
  }

  /**
   * Makes new transactions read-only, or read-write again, also on open connections. Connections
   * that have set their own mode keep it. No connection is closed.
   */
  public void setReadOnly(boolean readOnly) {
    var unused = process();
    admin.configure("default_transaction_read_only", readOnly ? "on" : "off");
  }

  /** Limits the number of connections. Open connections stay open. */
  public void setConnectionsMax(int max) {
    var unused = process();
    admin.execute("ALTER ROLE %s CONNECTION LIMIT %d".formatted(role, max));
  }

  /** Removes the limit of connections. */
  public void unsetConnectionsMax() {
    setConnectionsMax(-1);
  }

  /** Terminates all connections of clients and waits until they are closed. */
  public void terminateConnections() {
    var unused = process();
    admin.terminateConnections(role);
  }

  /** Starts a synchronous standby with the same databases and roles. This server is restarted. */
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

  /** Promotes a standby, so that it accepts writes. */
  public void promote() {
    var unused = process();
    admin.execute("SELECT pg_promote()");
  }

  /** Returns {@code url} with both hosts. Connections go to the one that accepts writes. */
  public String withStandby(String url, PostgresServer standby) {
    String here = "127.0.0.1:" + process().port();
    return url.replace(here, here + ",127.0.0.1:" + standby.process().port())
        + "&targetServerType=primary";
  }

  /** The processes. Fails for the shared server. */
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
