package dev.parley.app.server;

import dev.parley.config.Settings;
import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/** Tells on standard output that the server listens, and where things are. */
final class StartMessage {
  /** The logger of the message in JSON, which writes to standard output. */
  static final String LOGGER = "start";

  private static final String LISTENS = "Parley listens on ";

  private StartMessage() {}

  /** Prints the message in the format of the log. */
  static void print(Settings settings, int port, Path rootKeyFile) {
    String host = settings.host().indexOf(':') < 0 ? settings.host() : "[" + settings.host() + "]";
    String url = (settings.tls().isPresent() ? "https://" : "http://") + host + ":" + port;
    boolean given = settings.rootKey().isPresent();
    String rootKey = given ? "as given" : rootKeyFile.toString();
    String console = url + "/console/";
    String reference = url + "/openapi/";
    if (settings.logJson()) {
      LoggerFactory.getLogger(LOGGER)
          .atInfo()
          .addKeyValue("version", BuildVersion.text())
          .addKeyValue("url", url)
          .addKeyValue("data", Stores.location(settings))
          .addKeyValue("root_key", rootKey)
          .addKeyValue("console", console)
          .addKeyValue("reference", reference)
          .log(LISTENS + url);
      return;
    }
    String keyText = given ? "$PARLEY_ROOT_KEY" : "$(cat '" + rootKeyFile + "')";
    // Printed at once, for scripts that wait for it.
    System.out.print(
        """
        %s%s (gRPC, gRPC-Web and HTTP/JSON), data in %s
        Root key: %s
        Try: curl -H "Authorization: Bearer %s" %s/v1/agents
        Console: %s  Reference: %s  Version: %s
        """
            .formatted(
                LISTENS,
                url,
                Stores.location(settings),
                rootKey,
                keyText,
                url,
                console,
                reference,
                BuildVersion.text()));
    System.out.flush();
  }
}
