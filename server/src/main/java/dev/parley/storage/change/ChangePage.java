package dev.parley.storage.change;

import java.util.List;

/**
 * A page of the change log.
 *
 * @param changes the changes, in the order of their positions
 * @param next the position to continue from. It is the position of the last change if the page is
 *     full. Otherwise it is the last position that can be read, which also advances when other
 *     agents change.
 */
public record ChangePage(List<Change> changes, ChangePosition next) {

  public ChangePage {
    changes = List.copyOf(changes);
  }

  /**
   * Creates the page that a read returns.
   *
   * @param limit the page size of the query
   * @param last the last position that could be read
   */
  public static ChangePage of(List<Change> changes, int limit, ChangePosition last) {
    return new ChangePage(
        changes, changes.size() < limit ? last : changes.get(changes.size() - 1).position());
  }
}
