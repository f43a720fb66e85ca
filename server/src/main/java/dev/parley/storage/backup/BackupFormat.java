package dev.parley.storage.backup;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The format of a backup: a ZIP archive (ZIP64 if needed) with the files of a store in one folder,
 * followed by the manifest. An archive without a manifest is incomplete.
 */
final class BackupFormat {
  /** The format version, for reading and writing. */
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
