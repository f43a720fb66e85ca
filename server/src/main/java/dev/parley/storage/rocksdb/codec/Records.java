package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import dev.parley.storage.rocksdb.record.AgentRecord;
import dev.parley.storage.rocksdb.record.ApiKeyRecord;
import dev.parley.storage.rules.Micros;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts agents and API keys to protobuf bytes and back. */
public final class Records {
  private Records() {}

  public static byte[] ofAgent(Agent agent) {
    Agent.Profile profile = agent.profile();
    AgentRecord.Builder row =
        AgentRecord.newBuilder()
            .setOwner(agent.owner())
            .setCreateMicros(Micros.of(agent.createTime()))
            .setDefaultSessionTtlMicros(ofOptional(profile.defaultSessionTtl()));
    if (profile.displayName() != null) {
      row.setDisplayName(profile.displayName());
    }
    if (profile.description() != null) {
      row.setDescription(profile.description());
    }
    return row.build().toByteArray();
  }

  public static Agent toAgent(UUID agentId, byte[] value) {
    AgentRecord row = parse(AgentRecord.parser(), value);
    return new Agent(
        agentId,
        row.getOwner(),
        Micros.toInstant(row.getCreateMicros()),
        new Agent.Profile(
            row.hasDisplayName() ? row.getDisplayName() : null,
            row.hasDescription() ? row.getDescription() : null,
            toDuration(row.getDefaultSessionTtlMicros())));
  }

  public static byte[] ofApiKey(ApiKey key) {
    ApiKeyRecord.Builder row =
        ApiKeyRecord.newBuilder()
            .setSecretHash(ByteString.copyFrom(key.secretHash().bytes()))
            .setOwner(key.owner())
            .addAllScopes(key.scopes())
            .setCreateMicros(Micros.of(key.createTime()))
            .setExpireMicros(ofOptional(key.expireTime()))
            .setRevokeMicros(ofOptional(key.revokeTime()))
            .setLastUseMicros(ofOptional(key.lastUseTime()));
    if (key.agentId() != null) {
      row.setAgentId(ByteString.copyFrom(Keys.ofId(key.agentId())));
    }
    if (key.client() != null) {
      row.setClient(key.client());
    }
    return row.build().toByteArray();
  }

  public static ApiKey toApiKey(UUID keyId, byte[] value) {
    ApiKeyRecord row = parse(ApiKeyRecord.parser(), value);
    return new ApiKey(
        keyId,
        Sha256.ofDigest(row.getSecretHash().toByteArray()),
        row.getOwner(),
        row.getAgentId().isEmpty() ? null : Keys.toId(row.getAgentId().toByteArray()),
        Collections.unmodifiableSortedSet(new TreeSet<>(row.getScopesList())),
        row.hasClient() ? row.getClient() : null,
        Micros.toInstant(row.getCreateMicros()),
        toOptional(row.getExpireMicros()),
        toOptional(row.getRevokeMicros()),
        toOptional(row.getLastUseMicros()));
  }

  static long ofOptional(@Nullable Instant time) {
    return time == null ? 0 : Micros.of(time);
  }

  static @Nullable Instant toOptional(long micros) {
    return micros == 0 ? null : Micros.toInstant(micros);
  }

  static long ofOptional(@Nullable Duration time) {
    return time == null ? 0 : Micros.of(time);
  }

  static @Nullable Duration toDuration(long micros) {
    return micros == 0 ? null : Micros.toDuration(micros);
  }

  /** The model never modifies its byte arrays, so no copy is needed. */
  static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  static <R> R parse(Parser<R> parser, byte[] value) {
    try {
      return parser.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("A stored record is damaged.", e);
    }
  }
}
