package dev.parley.api.parley.mapper;

import com.google.protobuf.Timestamp;
import dev.parley.api.json.JsonMapper;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.ArchiveName;
import dev.parley.model.Session;
import dev.parley.proto.v1.Key;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Converts between the model and {@code parley.v1}, except messages. */
public final class NativeMapper {
  private static final String ARCHIVED = "archived";

  private NativeMapper() {}

  public static dev.parley.proto.v1.Agent toWire(Agent agent) {
    dev.parley.proto.v1.Agent.Builder wire =
        dev.parley.proto.v1.Agent.newBuilder()
            .setAgentId(agent.agentId().toString())
            .setOwner(agent.owner())
            .setCreateTime(toWire(agent.createTime()))
            .setEtag(agent.etag());
    ifPresent(agent.profile().displayName(), wire::setDisplayName);
    ifPresent(agent.profile().description(), wire::setDescription);
    ifPresent(agent.defaultSessionTtl(), ttl -> wire.setDefaultSessionTtl(toWire(ttl)));
    return wire.build();
  }

  public static Key toWire(ApiKey key, Instant now) {
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

  public static dev.parley.proto.v1.Session toWire(Session session) {
    Session.Profile profile = session.profile();
    dev.parley.proto.v1.Session.Builder wire =
        dev.parley.proto.v1.Session.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .setKey(session.key())
            .setAgentVersion(profile.agentVersion())
            .setMetadata(JsonMapper.toWire(profile.metadata()))
            .putAllLabels(profile.labels())
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

  public static Timestamp toWire(Instant time) {
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

  public static Instant toModel(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  /** Converts a TTL. Returns null for 0, which means none. */
  public static @Nullable Duration toTtl(com.google.protobuf.Duration time) {
    Duration ttl =
        Duration.ofSeconds(time.getSeconds(), time.getNanos()).truncatedTo(ChronoUnit.MICROS);
    return ttl.isZero() ? null : ttl;
  }

  public static @Nullable String emptyToNull(String text) {
    return text.isEmpty() ? null : text;
  }

  public static <T> void ifPresent(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
