package dev.parley.api.parley;

import com.google.protobuf.Timestamp;
import dev.parley.api.json.JsonMapper;
import dev.parley.core.Messages;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ArchiveName;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Converts between the model and {@code parley.v1}. */
final class NativeMapper {
  private static final String ARCHIVED = "archived";

  private NativeMapper() {}

  static dev.parley.proto.v1.Agent toWire(Agent agent) {
    dev.parley.proto.v1.Agent.Builder wire =
        dev.parley.proto.v1.Agent.newBuilder()
            .setAgentId(agent.agentId().toString())
            .setOwner(agent.owner())
            .setCreateTime(toWire(agent.createTime()));
    ifPresent(agent.defaultSessionTtl(), ttl -> wire.setDefaultSessionTtl(toWire(ttl)));
    return wire.build();
  }

  static Key toWire(ApiKey key, Instant now) {
    Key.Builder wire =
        Key.newBuilder()
            .setKeyId(key.keyId().toString())
            .setType(key.isMaster() ? Key.Type.MASTER : Key.Type.AGENT)
            .setOwner(key.owner())
            .addAllScopes(key.scopes())
            .setCreateTime(toWire(key.createTime()));
    ifPresent(key.agentId(), agentId -> wire.setAgentId(agentId.toString()));
    ifPresent(key.client(), wire::setClient);
    ifPresent(key.expireTime(), time -> wire.setExpireTime(toWire(time)));
    ifPresent(key.revokeTime(), time -> wire.setRevokeTime(toWire(time)));
    ifPresent(key.lastUseTime(), time -> wire.setLastUseTime(toWire(time)));
    return wire.setState(toWire(key.state(now))).build();
  }

  private static Key.State toWire(ApiKey.State state) {
    return switch (state) {
      case LIVE -> Key.State.LIVE;
      case EXPIRED -> Key.State.EXPIRED;
      case REVOKED -> Key.State.REVOKED;
    };
  }

  static dev.parley.proto.v1.Session toWire(Session session) {
    Session.Profile profile = session.profile();
    dev.parley.proto.v1.Session.Builder wire =
        dev.parley.proto.v1.Session.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .setKey(session.key())
            .setAgentVersion(profile.agentVersion())
            .setMetadata(JsonMapper.toWire(profile.metadata()))
            .setCreateTime(toWire(session.createTime()))
            .setUpdateTime(toWire(session.updateTime()))
            .setMessageCount(session.messageCount())
            .setHeadSequence(session.headSequence())
            .setEtag(session.etag());
    ifPresent(profile.expiry().expireTime(), time -> wire.setExpireTime(toWire(time)));
    ifPresent(profile.expiry().ttl(), ttl -> wire.setTtl(toWire(ttl)));
    ifPresent(session.effectiveExpireTime(), time -> wire.setEffectiveExpireTime(toWire(time)));
    ifPresent(profile.label(), wire::setLabel);
    ifPresent(profile.user(), wire::setUser);
    ifPresent(profile.client(), wire::setClient);
    ifPresent(profile.chatType(), wire::setChatType);
    ifPresent(profile.lastChannel(), wire::setLastChannel);
    ifPresent(profile.origin(), origin -> wire.setOrigin(JsonMapper.toWire(origin)));
    ifPresent(
        session.archiveTime(),
        time ->
            wire.setArchiveTime(toWire(time))
                .setArchiveFilename(ArchiveName.of(session).format(ARCHIVED)));
    return wire.build();
  }

  static ChatMessage toWire(Message message) {
    Message.Draft draft = message.draft();
    return head(message)
        .setContent(JsonMapper.toWire(draft.content()))
        .setMetadata(JsonMapper.toWire(draft.metadata()))
        .build();
  }

  /** Converts a message that is too large for its response. Content and metadata are omitted. */
  static ChatMessage withoutContent(Message message) {
    return head(message).setOmittedContentBytes(message.draft().content().utf8().length).build();
  }

  private static ChatMessage.Builder head(Message message) {
    Message.Draft draft = message.draft();
    ChatMessage.Builder wire =
        ChatMessage.newBuilder()
            .setSequence(message.sequence())
            .setMessageId(draft.messageId())
            .setRole(toWire(draft.role()))
            .setCreateTime(toWire(message.createTime()));
    ifPresent(draft.runId(), wire::setRunId);
    return wire;
  }

  static Timestamp toWire(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static com.google.protobuf.Duration toWire(Duration time) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(time.getSeconds())
        .setNanos(time.getNano())
        .build();
  }

  private static ChatMessage.Role toWire(Role role) {
    return switch (role) {
      case USER -> ChatMessage.Role.USER;
      case ASSISTANT -> ChatMessage.Role.ASSISTANT;
      case SYSTEM -> ChatMessage.Role.SYSTEM;
      case TOOL -> ChatMessage.Role.TOOL;
    };
  }

  static Instant toModel(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** Converts a TTL. Returns null for 0, which means none. */
  static @Nullable Duration toTtl(com.google.protobuf.Duration time) {
    Duration ttl =
        Duration.ofSeconds(time.getSeconds(), time.getNanos()).truncatedTo(ChronoUnit.MICROS);
    return ttl.isZero() ? null : ttl;
  }

  static Messages.NewMessage toModel(ChatMessage message) {
    return new Messages.NewMessage(
        emptyToNull(message.getMessageId()),
        toModel(message.getRole()),
        JsonMapper.toModel(message.getContent()),
        message.hasRunId() ? emptyToNull(message.getRunId()) : null,
        message.hasMetadata() ? JsonMapper.toModel(message.getMetadata()) : Json.EMPTY_OBJECT);
  }

  private static Role toModel(ChatMessage.Role role) {
    return switch (role) {
      case USER -> Role.USER;
      case ASSISTANT -> Role.ASSISTANT;
      case SYSTEM -> Role.SYSTEM;
      case TOOL -> Role.TOOL;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("The rule of the field rejects this: " + role);
    };
  }

  static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  static <T> void ifPresent(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
