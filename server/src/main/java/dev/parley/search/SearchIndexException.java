package dev.parley.search;

/** The search index cannot be read or written. */
public class SearchIndexException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public SearchIndexException(String message, Throwable cause) {
    super(message, cause);
  }
}
