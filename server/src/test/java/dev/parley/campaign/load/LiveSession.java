package dev.parley.campaign.load;

import com.google.protobuf.Timestamp;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A session of the load. One thread makes all changes to it but appends. */
final class LiveSession {
  private static final int MESSAGES_MAX = 300;

  final String id;
  final String key;

  /** Acknowledged messages that were not deleted. */
  final List<String> items = new CopyOnWriteArrayList<>();

  /** Ids that the server gave to acknowledged messages. These messages are not deleted. */
  final List<String> serverIds = new CopyOnWriteArrayList<>();

  final List<String> runs = new CopyOnWriteArrayList<>();
  final AtomicInteger sent = new AtomicInteger();
  private final AtomicReference<Timestamp> updateTime =
      new AtomicReference<>(Timestamp.getDefaultInstance());
  private volatile boolean archived;
  private volatile boolean retired;
  private volatile boolean mayBeDeleted;

  LiveSession(String id, String key) {
    this.id = id;
    this.key = key;
  }

  boolean isArchived() {
    return archived;
  }

  void setArchived(boolean value) {
    archived = value;
  }

  /** Notes the update time that was read; the one that was read before. */
  Timestamp setUpdateTime(Timestamp time) {
    return updateTime.getAndSet(time);
  }

  /** Notes that it is about to be deleted. */
  void setMayBeDeleted() {
    mayBeDeleted = true;
  }

  boolean mayBeDeleted() {
    return mayBeDeleted;
  }

  /** Makes no more changes: it was deleted, or the end of a change is unknown. */
  void retire() {
    retired = true;
  }

  /** Whether a new session should take its place. */
  boolean isDone() {
    return retired || sent.get() >= MESSAGES_MAX;
  }
}
