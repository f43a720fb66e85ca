package dev.parley.api.parley;

import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.bench.Conversations;
import dev.parley.model.Message;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.Session;
import java.util.List;
import java.util.stream.IntStream;

/** Typical requests and responses of {@code parley.v1}, from {@link Conversations}. */
public final class WireSamples {
  private static final Conversations CONVERSATIONS = new Conversations(1, 10, 1_000);
  private static final int PAGE = 50;

  private WireSamples() {}

  /** A session of the model. */
  public static dev.parley.model.Session storedSession() {
    return CONVERSATIONS.session(0);
  }

  /** A message of the model. */
  public static Message storedMessage() {
    return storedPage().get(0);
  }

  /** 50 messages of the model. */
  public static List<Message> storedPage() {
    List<Message.Draft> drafts = CONVERSATIONS.drafts(1, 0, PAGE);
    return IntStream.range(0, PAGE)
        .mapToObj(i -> new Message(i + 1, drafts.get(i), Conversations.time(i)))
        .toList();
  }

  /** A session. */
  public static Session session() {
    return NativeMapper.toWire(storedSession());
  }

  /** A page of 50 messages. */
  public static ListMessagesResponse page() {
    return ListMessagesResponse.newBuilder()
        .addAllMessages(storedPage().stream().map(MessageMapper::toWire).toList())
        .build();
  }

  /** A request to append one message. */
  public static AppendMessagesRequest append() {
    return AppendMessagesRequest.newBuilder()
        .setAgentId(storedSession().agentId().toString())
        .setKey(storedSession().key())
        .setCreateIfMissing(true)
        .addMessages(
            ChatMessage.newBuilder()
                .setMessageId(storedMessage().draft().messageId())
                .setRole(ChatMessage.Role.USER)
                .setContent(MessageMapper.toWire(storedMessage()).getContent()))
        .build();
  }
}
