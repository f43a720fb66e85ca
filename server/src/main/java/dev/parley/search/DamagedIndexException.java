package dev.parley.search;

/** The search index is damaged, or was written by another version. It must be built again. */
public final class DamagedIndexException extends SearchIndexException {
  private static final long serialVersionUID = 1L;

  public DamagedIndexException(String message, Throwable cause) {
    super(message, cause);
  }
}
