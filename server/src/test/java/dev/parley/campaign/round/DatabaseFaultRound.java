package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.PostgresServer;
import dev.parley.testing.ServerProcess;
import java.util.List;
import java.util.Locale;

/** The database has a fault several times while clients work. The server goes on by itself. */
final class DatabaseFaultRound implements Round {
  private static final int FAULTS = 3;
  private static final int WRITES = 200;
  private static final int WRITES_IN_FLIGHT = 16;

  private final Fault fault;

  DatabaseFaultRound(Fault fault) {
    this.fault = fault;
  }

  /** What happens to the database. */
  enum Fault {
    KILLED {
      @Override
      void happen(PostgresServer database, Load load) {
        database.kill();
        load.awaitTrouble(WRITES_IN_FLIGHT);
        database.start();
      }
    },
    RESTARTED {
      @Override
      void happen(PostgresServer database, Load load) {
        database.stop();
        database.start();
      }
    },
    PAUSED {
      @Override
      void happen(PostgresServer database, Load load) {
        database.pause();
        load.awaitTrouble(WRITES_IN_FLIGHT);
        database.resume();
      }
    },
    READ_ONLY {
      @Override
      void happen(PostgresServer database, Load load) {
        database.setReadOnly(true);
        load.awaitTrouble(WRITES_IN_FLIGHT);
        database.setReadOnly(false);
      }
    },
    CONNECTIONS_TERMINATED {
      @Override
      void happen(PostgresServer database, Load load) {
        database.terminateConnections();
      }
    };

    abstract void happen(PostgresServer database, Load load);
  }

  @Override
  public String name() {
    return "PostgreSQL " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  @Override
  public void run(RoundContext context) {
    try (Engine.OpenStore store = Engine.POSTGRES.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      try (ServerProcess server =
          ServerProcess.start(context.work(), store.with("--request-timeout-seconds", "4"))) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          for (int i = 0; i < FAULTS; i++) {
            load.awaitAcknowledged(WRITES + context.random().nextInt(WRITES));
            fault.happen(store.database(), load);
          }
          load.awaitAcknowledged(WRITES);
        }
        context.readAll(load, server);
      }
      ServerLives.verify(context, load, store);
    }
  }
}
