package dev.parley.storage.rocksdb;

import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.storage.MessagePage;
import dev.parley.storage.MessageQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages of one session. */
final class MessageReads {
  private MessageReads() {}

  static Optional<MessagePage> list(View view, MessageQuery query) {
    Session session = SessionRows.find(view, query.ref());
    if (session == null) {
      return Optional.empty();
    }
    byte[] prefix = Keys.session(session.agentId(), session.sessionId());
    try (Scan scan = view.scan(Family.MESSAGES, prefix)) {
      return Optional.of(page(scan, session, query));
    }
  }

  private static MessagePage page(Scan scan, Session session, MessageQuery query) {
    boolean allRoles = query.roles().size() == Role.values().length;
    List<Message> messages = new ArrayList<>();
    long bytes = 0;
    boolean full = false;
    for (seek(scan, session, query); scan.isValid(); step(scan, query)) {
      if (full && allRoles) {
        return new MessagePage(session, messages, true);
      }
      Message message = Records.toMessage(Keys.sequenceOf(scan.key()), scan.value());
      if (!query.roles().contains(message.draft().role())) {
        continue;
      }
      bytes += message.bytes();
      if (full || (bytes > query.bytesMax() && !messages.isEmpty())) {
        return new MessagePage(session, messages, true);
      }
      messages.add(message);
      full = messages.size() >= query.limit();
    }
    return new MessagePage(session, messages, false);
  }

  /** Goes to the first message in the order asked for; the newest come first in the family. */
  private static void seek(Scan scan, Session session, MessageQuery query) {
    long after = query.after();
    if (query.newestFirst()) {
      scan.seek(at(session, after == 0 ? session.headSequence() : after - 1));
    } else {
      scan.seekBack(at(session, Math.min(after, session.headSequence()) + 1));
    }
  }

  private static void step(Scan scan, MessageQuery query) {
    if (query.newestFirst()) {
      scan.next();
    } else {
      scan.previous();
    }
  }

  private static byte[] at(Session session, long sequence) {
    return Keys.message(session.agentId(), session.sessionId(), sequence);
  }
}
