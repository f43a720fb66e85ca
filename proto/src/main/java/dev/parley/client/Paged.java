package dev.parley.client;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The items of a list. A page is requested when its first item is needed, and one page at a time is
 * in memory. Each iterator and each stream starts with the first page. Requests fail with {@link
 * ParleyException}.
 *
 * <pre>{@code
 * for (Session session : client.sessions(agentId, "user = \\"ana\\"")) {
 *   System.out.println(session.getKey());
 * }
 * List<ChatMessage> newest =
 *     client.messages(agentId, sessionId, Order.NEWEST_FIRST).stream().limit(10).toList();
 * }</pre>
 *
 * @param <T> the type of the items
 */
public final class Paged<T> implements Iterable<T> {
  private final Function<String, Page<T>> request;

  /** Creates a list from a request of one page, which takes the page token. */
  Paged(Function<String, Page<T>> request) {
    this.request = request;
  }

  /**
   * One page. It can be empty although others follow.
   *
   * @param nextToken empty on the last page
   */
  record Page<T>(List<T> items, String nextToken) {}

  /** Returns a sequential stream of the items. */
  public Stream<T> stream() {
    return StreamSupport.stream(spliterator(), false);
  }

  @Override
  public Iterator<T> iterator() {
    return new PageIterator();
  }

  private final class PageIterator implements Iterator<T> {
    private Iterator<T> items = List.<T>of().iterator();
    private String token = "";
    private boolean last;

    @Override
    public boolean hasNext() {
      while (!items.hasNext() && !last) {
        Page<T> page = request.apply(token);
        items = page.items().iterator();
        token = page.nextToken();
        last = token.isEmpty();
      }
      return items.hasNext();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return items.next();
    }
  }
}
