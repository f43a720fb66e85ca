package dev.parley.core.page;

import dev.parley.model.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list of messages that can be read in both directions.
 *
 * @param messages the messages in the order of the list
 * @param previousToken the token of the page before; null on the first page
 * @param nextToken the token of the page after; null on the last page, unless the pager was asked
 *     for a token there
 * @param more whether more messages may follow now
 */
public record MessageWindow(
    List<Message> messages,
    @Nullable String previousToken,
    @Nullable String nextToken,
    boolean more) {

  /** A page with a next token if more messages follow. */
  public MessageWindow(
      List<Message> messages, @Nullable String previousToken, @Nullable String nextToken) {
    this(messages, previousToken, nextToken, nextToken != null);
  }
}
