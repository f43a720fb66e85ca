package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditEntry;
import dev.parley.storage.rocksdb.record.AuditRecord;
import dev.parley.storage.rules.Micros;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts audit entries to protobuf bytes and back. */
public final class AuditRecords {
  private AuditRecords() {}

  public static byte[] of(AuditEntry entry) {
    AuditActor actor = entry.actor();
    AuditEntry.Target target = entry.target();
    AuditRecord.Builder row =
        AuditRecord.newBuilder()
            .setAction(entry.action())
            .setIdentity(actor.identity())
            .setActorKeyId(ofId(actor.keyId()))
            .setAddress(actor.address())
            .setRequestId(actor.requestId())
            .setTransport(actor.transport())
            .setApi(actor.api())
            .setAgentId(ofId(target.agentId()))
            .setSessionId(ofId(target.sessionId()))
            .setKeyId(ofId(target.keyId()))
            .setSuccessorKeyId(ofId(target.successorKeyId()))
            .setWebhookId(ofId(target.webhookId()));
    if (target.owner() != null) {
      row.setOwner(target.owner());
    }
    if (target.messageSequence() != null) {
      row.setMessageSequence(target.messageSequence());
    }
    return row.build().toByteArray();
  }

  public static AuditEntry toEntry(byte[] key, byte[] value) {
    return toEntry(AuditKeys.timeOf(key), AuditKeys.idOf(key), value);
  }

  public static AuditEntry toEntry(Instant time, UUID entryId, byte[] value) {
    AuditRecord row;
    try {
      row = AuditRecord.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("An entry of the audit log cannot be read.", e);
    }
    AuditActor actor =
        new AuditActor(
            row.getIdentity(),
            toId(row.getActorKeyId()),
            row.getAddress(),
            row.getRequestId(),
            row.getTransport(),
            row.getApi());
    AuditEntry.Target target =
        new AuditEntry.Target(
            row.hasOwner() ? row.getOwner() : null,
            toId(row.getAgentId()),
            toId(row.getSessionId()),
            toId(row.getKeyId()),
            toId(row.getSuccessorKeyId()),
            row.hasMessageSequence() ? row.getMessageSequence() : null,
            toId(row.getWebhookId()));
    return new AuditEntry(entryId, Micros.truncate(time), row.getAction(), actor, target);
  }

  private static ByteString ofId(@Nullable UUID id) {
    return id == null ? ByteString.EMPTY : ByteString.copyFrom(Keys.ofId(id));
  }

  private static @Nullable UUID toId(ByteString id) {
    return id.isEmpty() ? null : Keys.toId(id.toByteArray());
  }
}
