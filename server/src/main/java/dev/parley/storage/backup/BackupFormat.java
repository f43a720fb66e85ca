package dev.parley.storage.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The form of a backup: a ZIP archive (ZIP64 where it has to be) of a store's files, in a folder,
 * and after them the manifest. An archive without a manifest is not whole.
 */
final class BackupFormat {
  /** The number of the form that is written, and the only one that is read. */
  static final int NUMBER = 1;

  static final String FOLDER = "store/";
  static final String MANIFEST = "manifest.json";

  private BackupFormat() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has it.", e);
    }
  }
}
