package dev.parley.testing;

import com.linecorp.armeria.server.Server;

/** Stops servers that tests start themselves. */
public final class Servers {
  private Servers() {}

  /**
   * Stops a server and waits until it has given up its ports. Netty's threads end two seconds
   * later.
   */
  public static void stop(Server server) {
    var unused = server.stop();
    Waiting.until(() -> server.activePorts().isEmpty(), () -> "a server that does not stop");
  }
}
