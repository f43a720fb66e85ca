package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Content;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.Sha256;
import dev.parley.storage.rocksdb.record.AgentRecord;
import dev.parley.storage.rocksdb.record.ApiKeyRecord;
import dev.parley.storage.rocksdb.record.ContextRecord;
import dev.parley.storage.rocksdb.record.MessageRecord;
import dev.parley.storage.rocksdb.record.RunRecord;
import dev.parley.storage.rocksdb.record.SessionRecord;
import dev.parley.storage.rules.Micros;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts entities to protobuf bytes and back. */
public final class Records {
  private Records() {}

  public static byte[] ofAgent(Agent agent) {
    return AgentRecord.newBuilder()
        .setOwner(agent.owner())
        .setCreateMicros(Micros.of(agent.createTime()))
        .setDefaultSessionTtlMicros(ofOptional(agent.defaultSessionTtl()))
        .build()
        .toByteArray();
  }

  public static Agent toAgent(UUID agentId, byte[] value) {
    AgentRecord row = parse(AgentRecord.parser(), value);
    return new Agent(
        agentId,
        row.getOwner(),
        Micros.toInstant(row.getCreateMicros()),
        toDuration(row.getDefaultSessionTtlMicros()));
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

  /**
   * Encodes a session.
   *
   * @param expiryIndexTime the indexed time in the expiry index; null if the session is not in it
   */
  public static byte[] ofSession(Session session, @Nullable Instant expiryIndexTime) {
    Session.Profile profile = session.profile();
    Expiry expiry = profile.expiry();
    SessionRecord.Builder row =
        SessionRecord.newBuilder()
            .setKey(session.key())
            .setCreateMicros(Micros.of(session.createTime()))
            .setUpdateMicros(Micros.of(session.updateTime()))
            .setHeadSequence(session.headSequence())
            .setSpokenCount(session.spokenCount())
            .setRunCount(session.runCount())
            .setArchiveMicros(ofOptional(session.archiveTime()))
            .setRevision(session.revision())
            .setAgentVersion(profile.agentVersion())
            .setExpireMicros(ofOptional(expiry.expireTime()))
            .setTtlMicros(ofOptional(expiry.ttl()))
            .setOwnExpiry(!expiry.agentDefault())
            .setExpiryIndexMicros(ofOptional(expiryIndexTime));
    if (profile.label() != null) {
      row.setLabel(profile.label());
    }
    if (profile.user() != null) {
      row.setUser(profile.user());
    }
    if (profile.client() != null) {
      row.setClient(profile.client());
    }
    if (profile.chatType() != null) {
      row.setChatType(profile.chatType());
    }
    if (profile.lastChannel() != null) {
      row.setLastChannel(profile.lastChannel());
    }
    if (profile.origin() != null) {
      row.setOrigin(wrap(profile.origin().utf8()));
    }
    if (!profile.metadata().equals(Json.EMPTY_OBJECT)) {
      row.setMetadata(wrap(profile.metadata().utf8()));
    }
    return row.build().toByteArray();
  }

  public static Session toSession(UUID agentId, UUID sessionId, byte[] value) {
    SessionRecord row = parse(SessionRecord.parser(), value);
    Session.Profile profile =
        new Session.Profile(
            row.hasLabel() ? row.getLabel() : null,
            row.hasUser() ? row.getUser() : null,
            row.hasClient() ? row.getClient() : null,
            row.getAgentVersion(),
            row.hasChatType() ? row.getChatType() : null,
            row.hasLastChannel() ? row.getLastChannel() : null,
            row.hasOrigin() ? Json.ofUtf8(FieldBytes.of(row.getOrigin())) : null,
            row.hasMetadata() ? Json.ofUtf8(FieldBytes.of(row.getMetadata())) : Json.EMPTY_OBJECT,
            toExpiry(row));
    return new Session(
        agentId,
        sessionId,
        row.getKey(),
        profile,
        Micros.toInstant(row.getCreateMicros()),
        Micros.toInstant(row.getUpdateMicros()),
        row.getHeadSequence(),
        row.getSpokenCount(),
        row.getRunCount(),
        toOptional(row.getArchiveMicros()),
        row.getRevision());
  }

  private static Expiry toExpiry(SessionRecord row) {
    return row.getExpireMicros() == 0 && row.getTtlMicros() == 0
        ? row.getOwnExpiry() ? Expiry.NEVER : Expiry.UNSET
        : new Expiry(
            toOptional(row.getExpireMicros()), toDuration(row.getTtlMicros()), !row.getOwnExpiry());
  }

  /** The indexed time of a session row in the expiry index; null if the session is not in it. */
  public static @Nullable Instant expiryIndexTime(byte[] session) {
    return toOptional(parse(SessionRecord.parser(), session).getExpiryIndexMicros());
  }

  public static byte[] ofMessage(Message message) {
    Message.Draft draft = message.draft();
    MessageRecord.Builder row =
        MessageRecord.newBuilder()
            .setMessageId(draft.messageId())
            .setRole(ofRole(draft.role()))
            .setCreateMicros(Micros.of(message.createTime()));
    if (draft.runId() != null) {
      row.setRunId(draft.runId());
    }
    if (!draft.metadata().equals(Json.EMPTY_OBJECT)) {
      row.setMetadata(wrap(draft.metadata().utf8()));
    }
    ByteString content = wrap(draft.content().utf8());
    if (draft.content().isBlocks()) {
      row.setBlocks(content);
    } else {
      row.setText(content);
    }
    return row.build().toByteArray();
  }

  public static Message toMessage(long sequence, byte[] value) {
    MessageRecord row = parse(MessageRecord.parser(), value);
    Content content =
        row.hasBlocks()
            ? Content.blocks(Json.ofUtf8(FieldBytes.of(row.getBlocks())))
            : Content.textUtf8(FieldBytes.of(row.getText()));
    Message.Draft draft =
        new Message.Draft(
            row.getMessageId(),
            toRole(row.getRole()),
            content,
            row.hasRunId() ? row.getRunId() : null,
            row.hasMetadata() ? Json.ofUtf8(FieldBytes.of(row.getMetadata())) : Json.EMPTY_OBJECT);
    return new Message(sequence, draft, Micros.toInstant(row.getCreateMicros()));
  }

  public static byte[] ofRun(Run run) {
    Run.Report report = run.report();
    RunRecord.Builder row =
        RunRecord.newBuilder()
            .setRunId(run.runId())
            .setState(RunRecord.State.valueOf(run.state().name()))
            .setContextBytes(run.contextBytes())
            .setCreateMicros(Micros.of(run.createTime()))
            .setStartMicros(ofOptional(run.startTime()))
            .setEndMicros(ofOptional(run.endTime()));
    if (report.model() != null) {
      row.setModel(report.model());
    }
    if (report.reasoning() != null) {
      row.setReasoning(wrap(report.reasoning().utf8()));
    }
    if (report.usage() != null) {
      row.setUsage(wrap(report.usage().utf8()));
    }
    if (report.error() != null) {
      row.setError(report.error());
    }
    if (!report.details().equals(Json.EMPTY_OBJECT)) {
      row.setDetails(wrap(report.details().utf8()));
    }
    return row.build().toByteArray();
  }

  /** Decodes the run with this key. */
  public static Run toRun(byte[] key, byte[] value) {
    RunRecord row = parse(RunRecord.parser(), value);
    Run.Report report =
        new Run.Report(
            row.hasModel() ? row.getModel() : null,
            row.hasReasoning() ? Json.ofUtf8(FieldBytes.of(row.getReasoning())) : null,
            row.hasUsage() ? Json.ofUtf8(FieldBytes.of(row.getUsage())) : null,
            row.hasError() ? row.getError() : null,
            row.hasDetails() ? Json.ofUtf8(FieldBytes.of(row.getDetails())) : Json.EMPTY_OBJECT);
    return new Run(
        Keys.toId(key),
        Keys.sessionIdOf(key),
        row.getRunId(),
        Keys.runNumberOf(key),
        Run.State.valueOf(row.getState().name()),
        report,
        row.getContextBytes(),
        Micros.toInstant(row.getCreateMicros()),
        toOptional(row.getStartMicros()),
        toOptional(row.getEndMicros()));
  }

  public static byte[] ofContext(List<Json> items) {
    ContextRecord.Builder row = ContextRecord.newBuilder();
    items.forEach(item -> row.addItems(wrap(item.utf8())));
    return row.build().toByteArray();
  }

  public static List<Json> toContext(byte[] value) {
    return parse(ContextRecord.parser(), value).getItemsList().stream()
        .map(item -> Json.ofUtf8(FieldBytes.of(item)))
        .toList();
  }

  private static MessageRecord.Role ofRole(Role role) {
    return switch (role) {
      case USER -> MessageRecord.Role.USER;
      case ASSISTANT -> MessageRecord.Role.ASSISTANT;
      case SYSTEM -> MessageRecord.Role.SYSTEM;
      case TOOL -> MessageRecord.Role.TOOL;
    };
  }

  private static Role toRole(MessageRecord.Role role) {
    return switch (role) {
      case USER -> Role.USER;
      case ASSISTANT -> Role.ASSISTANT;
      case SYSTEM -> Role.SYSTEM;
      case TOOL -> Role.TOOL;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("Unknown message role.");
    };
  }

  private static long ofOptional(@Nullable Instant time) {
    return time == null ? 0 : Micros.of(time);
  }

  private static @Nullable Instant toOptional(long micros) {
    return micros == 0 ? null : Micros.toInstant(micros);
  }

  private static long ofOptional(@Nullable Duration time) {
    return time == null ? 0 : Micros.of(time);
  }

  private static @Nullable Duration toDuration(long micros) {
    return micros == 0 ? null : Micros.toDuration(micros);
  }

  /** The model never modifies its byte arrays, so no copy is needed. */
  private static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static <R> R parse(Parser<R> parser, byte[] value) {
    try {
      return parser.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("A stored record is damaged.", e);
    }
  }
}
