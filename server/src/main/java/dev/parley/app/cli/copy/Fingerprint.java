package dev.parley.app.cli.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.audit.AuditActor;
import dev.parley.model.audit.AuditEntry;
import dev.parley.model.lease.Leases;
import dev.parley.storage.rules.Micros;
import dev.parley.storage.transfer.StoredRun;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 over records, field by field in declaration order, independent of the store. Numbers
 * and times (in microseconds) are eight bytes. Text and bytes follow their length. An absent value
 * has the length -1.
 */
final class Fingerprint {
  private final MessageDigest digest = sha256();
  private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every JDK has SHA-256.", e);
    }
  }

  Fingerprint add(Agent agent) {
    return add(agent.agentId())
        .add(agent.owner())
        .add(agent.createTime())
        .add(agent.profile().displayName())
        .add(agent.profile().description())
        .add(agent.defaultSessionTtl());
  }

  Fingerprint add(ApiKey key) {
    add(key.keyId()).add(key.secretHash().bytes()).add(key.owner()).add(key.agentId());
    add(key.scopes().size());
    key.scopes().forEach(this::add);
    add(key.client()).add(key.createTime()).add(key.expireTime()).add(key.revokeTime());
    return add(key.lastUseTime());
  }

  Fingerprint add(AuditEntry entry) {
    AuditActor actor = entry.actor();
    AuditEntry.Target target = entry.target();
    return add(entry.entryId())
        .add(entry.time())
        .add(entry.action())
        .add(actor.identity())
        .add(actor.keyId())
        .add(actor.address())
        .add(actor.requestId())
        .add(actor.transport())
        .add(actor.api())
        .add(target.owner())
        .add(target.agentId())
        .add(target.sessionId())
        .add(target.keyId())
        .add(target.successorKeyId())
        .add(target.messageSequence() == null ? -1 : target.messageSequence());
  }

  Fingerprint add(Session session) {
    Session.Profile profile = session.profile();
    return add(session.agentId())
        .add(session.sessionId())
        .add(session.key())
        .add(profile.label())
        .add(profile.user())
        .add(profile.client())
        .add(profile.agentVersion())
        .add(profile.chatType())
        .add(profile.lastChannel())
        .add(profile.origin())
        .add(profile.metadata())
        .add(profile.labels())
        .add(profile.expiry().expireTime())
        .add(profile.expiry().ttl())
        .add(profile.expiry().agentDefault() ? 1 : 0)
        .add(session.createTime())
        .add(session.updateTime())
        .add(session.counts().headSequence())
        .add(session.counts().clearedSequence())
        .add(session.counts().deletedCount())
        .add(session.counts().spokenCount())
        .add(session.counts().runCount())
        .add(session.archiveTime())
        .add(session.revision())
        .add(session.leases());
  }

  private Fingerprint add(SortedMap<String, String> labels) {
    add(labels.size());
    labels.forEach((name, value) -> add(name).add(value));
    return this;
  }

  private Fingerprint add(Leases leases) {
    add(leases.lastFence()).add(leases.held().size());
    leases.held().forEach(each -> add(each.fence()).add(each.runId()).add(each.expireTime()));
    return this;
  }

  Fingerprint add(Message message) {
    Message.Draft draft = message.draft();
    return add(message.sequence())
        .add(draft.messageId())
        .add(draft.role().name())
        .add(draft.content().isBlocks() ? 1 : 0)
        .add(draft.content().utf8())
        .add(draft.runId())
        .add(draft.metadata())
        .add(draft.clientTime())
        .add(message.createTime())
        .add(message.deleteTime());
  }

  Fingerprint add(StoredRun stored) {
    Run run = stored.run();
    Run.Report report = run.report();
    add(run.number())
        .add(run.runId())
        .add(run.state().name())
        .add(report.model())
        .add(report.reasoning())
        .add(report.usage())
        .add(report.error())
        .add(report.details())
        .add(run.contextBytes())
        .add(run.createTime())
        .add(run.startTime())
        .add(run.endTime())
        .add(stored.context().size());
    stored.context().forEach(this::add);
    return this;
  }

  Fingerprint add(byte @Nullable [] bytes) {
    add(bytes == null ? -1 : bytes.length);
    if (bytes != null) {
      digest.update(bytes);
    }
    return this;
  }

  private Fingerprint add(long value) {
    digest.update(number.clear().putLong(value).array());
    return this;
  }

  private Fingerprint add(@Nullable UUID id) {
    return add(id == null ? null : id.toString());
  }

  private Fingerprint add(@Nullable String text) {
    return add(text == null ? null : text.getBytes(UTF_8));
  }

  private Fingerprint add(@Nullable Json json) {
    return add(json == null ? null : json.utf8());
  }

  private Fingerprint add(@Nullable Instant time) {
    add(time == null ? -1 : Long.BYTES);
    return time == null ? this : add(Micros.of(time));
  }

  private Fingerprint add(@Nullable Duration time) {
    add(time == null ? -1 : Long.BYTES);
    return time == null ? this : add(Micros.of(time));
  }

  /** The digest. Nothing can be added after it. */
  byte[] bytes() {
    return digest.digest();
  }

  /** The digest in hexadecimal digits. */
  String hex() {
    return HexFormat.of().formatHex(bytes());
  }
}
