package dev.parley.search;

/** The order of search results. */
public enum SearchOrder {
  /** The best results first, equally good ones from new to old. */
  BEST_FIRST,
  /** The newest messages first. */
  NEWEST_FIRST
}
