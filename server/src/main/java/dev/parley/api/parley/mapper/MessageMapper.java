package dev.parley.api.parley.mapper;

import dev.parley.api.call.Call;
import dev.parley.api.json.JsonMapper;
import dev.parley.core.Messages;
import dev.parley.core.append.NewMessage;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageStart;
import dev.parley.model.FieldViolation;
import dev.parley.model.FieldViolation.Rule;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.ListMessagesRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts messages between the model and {@code parley.v1}. */
public final class MessageMapper {
  private MessageMapper() {}

  /** Converts a message. Omits the content if the message alone exceeds the response limit. */
  public static ChatMessage toWire(Call call, Message message) {
    return call.transport().fits(message.bytes()) ? toWire(message) : withoutContent(message);
  }

  public static ChatMessage toWire(Message message) {
    if (message.isDeleted()) {
      return head(message).build();
    }
    Message.Draft draft = message.draft();
    return head(message)
        .setContent(JsonMapper.toWire(draft.content()))
        .setMetadata(JsonMapper.toWire(draft.metadata()))
        .build();
  }

  /** Converts a message that is too large for its response. Content and metadata are omitted. */
  public static ChatMessage withoutContent(Message message) {
    return head(message).setOmittedContentBytes(message.draft().content().utf8().length).build();
  }

  private static ChatMessage.Builder head(Message message) {
    Message.Draft draft = message.draft();
    ChatMessage.Builder wire =
        ChatMessage.newBuilder()
            .setSequence(message.sequence())
            .setMessageId(draft.messageId())
            .setRole(toWire(draft.role()))
            .setCreateTime(NativeMapper.toWire(message.createTime()));
    NativeMapper.ifPresent(draft.runId(), wire::setRunId);
    NativeMapper.ifPresent(
        message.deleteTime(), time -> wire.setDeleteTime(NativeMapper.toWire(time)));
    NativeMapper.ifPresent(
        draft.clientTime(), time -> wire.setClientTime(NativeMapper.toWire(time)));
    return wire;
  }

  private static ChatMessage.Role toWire(Role role) {
    return switch (role) {
      case USER -> ChatMessage.Role.USER;
      case ASSISTANT -> ChatMessage.Role.ASSISTANT;
      case SYSTEM -> ChatMessage.Role.SYSTEM;
      case TOOL -> ChatMessage.Role.TOOL;
      case DEVELOPER -> ChatMessage.Role.DEVELOPER;
    };
  }

  public static NewMessage toModel(ChatMessage message) {
    return new NewMessage(
        NativeMapper.emptyToNull(message.getMessageId()),
        toModel(message.getRole()),
        JsonMapper.toModel(message.getContent()),
        message.hasRunId() ? NativeMapper.emptyToNull(message.getRunId()) : null,
        message.hasMetadata() ? JsonMapper.toModel(message.getMetadata()) : Json.EMPTY_OBJECT,
        message.hasClientTime() ? NativeMapper.toModel(message.getClientTime()) : null);
  }

  private static Role toModel(ChatMessage.Role role) {
    return switch (role) {
      case USER -> Role.USER;
      case ASSISTANT -> Role.ASSISTANT;
      case SYSTEM -> Role.SYSTEM;
      case TOOL -> Role.TOOL;
      case DEVELOPER -> Role.DEVELOPER;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("The rule of the field rejects this: " + role);
    };
  }

  /** Converts the parameters of a list, except those of one page. */
  public static MessageListing toModel(Call call, ListMessagesRequest request) {
    MessageStart start = start(request);
    if (request.getAround() && start == null) {
      throw SessionException.invalid(
          new FieldViolation(
              "start_sequence",
              Rule.REQUIRED,
              0,
              "or start_time or start_message_id must be set with around"));
    }
    return new MessageListing(
        call.byId(request.getAgentId(), request.getSessionId()),
        request.getOrder() != ListMessagesRequest.Order.OLDEST_FIRST,
        start,
        request.getAround(),
        roles(request.getRolesList()),
        NativeMapper.emptyToNull(request.getRunId()),
        request.getShowDeleted(),
        request.getMaxBytes() == 0
            ? Messages.PAGE_BYTES_MAX
            : Math.min(request.getMaxBytes(), Messages.PAGE_BYTES_MAX));
  }

  private static @Nullable MessageStart start(ListMessagesRequest request) {
    return switch (request.getStartCase()) {
      case START_SEQUENCE -> new MessageStart.AtSequence(request.getStartSequence());
      case START_TIME -> new MessageStart.AtTime(NativeMapper.toModel(request.getStartTime()));
      case START_MESSAGE_ID -> new MessageStart.AtMessage(request.getStartMessageId());
      case START_NOT_SET -> null;
    };
  }

  /** All roles if {@code named} is empty. */
  private static Set<Role> roles(List<ChatMessage.Role> named) {
    if (named.isEmpty()) {
      return EnumSet.allOf(Role.class);
    }
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (int i = 0; i < named.size(); i++) {
      if (named.get(i) == ChatMessage.Role.ROLE_UNSPECIFIED) {
        throw SessionException.invalid(
            FieldViolation.format("roles[" + i + "]", "must not be ROLE_UNSPECIFIED"));
      }
      roles.add(toModel(named.get(i)));
    }
    return roles;
  }
}
