package dev.parley.app.cli.transcript;

import dev.parley.app.cli.client.RestMessages;
import dev.parley.app.cli.console.CopyProgress;
import dev.parley.app.cli.transcript.output.SessionTarget;
import dev.parley.testing.ServerFixture;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Exports sessions from a server, as {@code parley export} does. */
final class Exports {
  private Exports() {}

  /**
   * Exports sessions of an agent.
   *
   * @param only the id or key of the one session to export; null for all
   */
  static void run(
      ServerFixture server,
      UUID agent,
      @Nullable String only,
      boolean archived,
      SessionTarget target)
      throws IOException {
    String url = "http://127.0.0.1:" + server.port();
    try (RestMessages large = new RestMessages(url, server.rootKey(), null, null, null);
        CopyProgress progress = new CopyProgress("Exporting")) {
      new Exporter(server.channel(server.rootKey()), large, agent.toString())
          .run(only, archived, target, progress);
    }
  }
}
