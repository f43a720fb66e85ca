package dev.parley.storage.check;

import dev.parley.storage.StoreUnavailableException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A store cannot be opened because its files are damaged. Restarting does not help. */
public final class DamagedStoreException extends StoreUnavailableException {
  private final String file;
  private final String damage;

  /**
   * Reports damage.
   *
   * @param dataFolder the data folder of the store
   * @param file the damaged file, relative to the data folder
   * @param damage what is wrong with it, and which data is affected
   */
  public DamagedStoreException(
      Path dataFolder, String file, String damage, @Nullable Throwable cause) {
    super(
        ("the store in %s is damaged: %s %s. Restore a backup with 'parley restore',"
                + " or save what can be read with 'parley repair'.")
            .formatted(dataFolder, file, damage),
        cause);
    this.file = file;
    this.damage = damage;
  }

  /** The damaged file, relative to the data folder. */
  public String file() {
    return file;
  }

  /** What is wrong with the file, and which data is affected. */
  public String damage() {
    return damage;
  }
}
