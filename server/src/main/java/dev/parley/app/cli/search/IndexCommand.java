package dev.parley.app.cli.search;

import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.copy.StoreLocation;
import dev.parley.app.server.IndexFolder;
import dev.parley.config.ConfigException;
import dev.parley.config.Setting;
import dev.parley.model.SessionException;
import dev.parley.search.IndexedStore;
import dev.parley.search.SearchIndex;
import dev.parley.search.SearchIndexException;
import dev.parley.search.follow.IndexRebuild;
import dev.parley.storage.transfer.TransferableStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code parley index}. */
@Command(
    name = "index",
    description = "Maintains the search index of a store.",
    mixinStandardHelpOptions = true,
    subcommands = IndexCommand.Rebuild.class)
public final class IndexCommand {

  /** {@code parley index rebuild}. */
  @Command(
      name = "rebuild",
      description = {
        "Deletes the search index of a store and builds it from the messages.",
        "No server may use the store."
      },
      exitCodeListHeading = "%nExit status:%n",
      exitCodeList = {
        "0:The index is complete.",
        "1:The index could not be built. Run the command again.",
        "2:Bad arguments, or the store cannot be opened."
      },
      mixinStandardHelpOptions = true)
  static final class Rebuild implements Callable<Integer> {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        defaultValue = "${env:PARLEY_DATA:-./data}",
        description = "Data folder of the embedded store. Default: ${DEFAULT-VALUE}.")
    private Path data = Path.of("data");

    @Option(
        names = "--store",
        paramLabel = "URL",
        description = "Database instead of the embedded store, jdbc:postgresql://…")
    private @Nullable String store;

    @Override
    public Integer call() {
      String url = store == null ? System.getenv(Setting.STORE.environmentName()) : store;
      StoreLocation location =
          StoreLocation.of(url == null || url.isEmpty() ? data.toString() : url);
      if (!location.isStore()) {
        throw new ConfigException("No Parley store found in " + location + ".");
      }
      try (TransferableStore opened = location.open();
          SearchIndex index = open(opened, location)) {
        long sessions = IndexRebuild.run(opened, index, Clock.systemUTC());
        System.out.println(
            "Built the search index of "
                + location
                + ": "
                + ConsoleText.count(sessions, "session")
                + ".");
        return 0;
      } catch (SearchIndexException | SessionException e) {
        return ConsoleText.failed("The index could not be built", e);
      }
    }

    private static SearchIndex open(TransferableStore opened, StoreLocation location) {
      if (opened instanceof IndexedStore indexed) {
        return indexed.openIndex();
      }
      if (location instanceof StoreLocation.Folder folder) {
        return IndexFolder.of(folder.path()).open(Runnable::run);
      }
      throw new IllegalStateException("A store is a database or a folder.");
    }
  }
}
