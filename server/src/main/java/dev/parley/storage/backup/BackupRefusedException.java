package dev.parley.storage.backup;

/** A file is not a valid backup. The message states the reason in one line. */
public final class BackupRefusedException extends RuntimeException {
  public BackupRefusedException(String message) {
    super(message);
  }

  public BackupRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
