package dev.parley.storage.rocksdb.read;

import dev.parley.model.Session;
import dev.parley.storage.rocksdb.codec.Keys;
import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.RowReader;
import dev.parley.storage.rules.MessageIds;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds messages of a session by their ids. */
public final class MessageIdLookup {
  private MessageIdLookup() {}

  /**
   * The sequences of the existing messages with these ids. If an id ends with the sequence of
   * another message, that sequence is returned as well.
   */
  public static SortedSet<Long> candidates(
      RowReader reader, Session session, Collection<String> messageIds) {
    SortedSet<Long> sequences = new TreeSet<>();
    List<byte[]> keys =
        messageIds.stream()
            .map(id -> Keys.messageId(session.agentId(), session.sessionId(), id))
            .toList();
    for (byte[] value : reader.getAll(ColumnFamily.MESSAGE_IDS, keys)) {
      if (value != null) {
        sequences.add(Keys.toSequence(value));
      }
    }
    for (String messageId : messageIds) {
      sequences.add(MessageIds.sequenceOf(messageId));
    }
    sequences.removeIf(sequence -> !session.hasSequence(sequence));
    return sequences;
  }
}
