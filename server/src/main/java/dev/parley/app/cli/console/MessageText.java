package dev.parley.app.cli.console;

import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;

/** The content and the time of a message in one line of output. */
public final class MessageText {
  private static final int LENGTH_MAX = 200;

  private MessageText() {}

  /**
   * When the message was written, by the clock of its client. If the client did not say so, when it
   * was stored.
   */
  public static String time(ChatMessage message) {
    return ConsoleText.time(
        message.hasClientTime() ? message.getClientTime() : message.getCreateTime());
  }

  /** The content, cut after 200 characters. */
  public static String of(ChatMessage message) {
    if (message.hasOmittedContentBytes()) {
      return "(%d bytes)".formatted(message.getOmittedContentBytes());
    }
    Content content = message.getContent();
    String text = content.hasText() ? content.getText() : content.getBlocks().getValue();
    if (text.length() <= LENGTH_MAX) {
      return text;
    }
    boolean splitsPair = Character.isHighSurrogate(text.charAt(LENGTH_MAX - 1));
    return text.substring(0, splitsPair ? LENGTH_MAX - 1 : LENGTH_MAX) + "…";
  }
}
