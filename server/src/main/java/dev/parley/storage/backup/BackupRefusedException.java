package dev.parley.storage.backup;

/** A file is no backup that can be trusted; the message says why in one line. */
public final class BackupRefusedException extends RuntimeException {
  public BackupRefusedException(String message) {
    super(message);
  }

  public BackupRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
