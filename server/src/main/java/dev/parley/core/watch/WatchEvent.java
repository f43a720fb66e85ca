package dev.parley.core.watch;

import dev.parley.model.Message;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;

/** An event of a watch. Watches of the same session can share it. */
public sealed interface WatchEvent {
  /** The place after this event. */
  WatchCursor cursor();

  /** A message was appended. */
  record Appended(SessionRef.ById session, Message message, WatchCursor cursor)
      implements WatchEvent {
    /** The event of a message in a watch of its session. */
    static Appended of(SessionRef.ById session, Message message) {
      return new Appended(
          session, message, WatchCursor.ofMessage(session.sessionId(), message.sequence()));
    }
  }

  /** A session was created or changed. */
  record SessionChanged(Session session, WatchCursor cursor) implements WatchEvent {}

  /** A run was started or changed. */
  record RunChanged(Run run, WatchCursor cursor) implements WatchEvent {}

  /** A session was deleted or has expired. */
  record Deleted(SessionRef.ById session, WatchCursor cursor) implements WatchEvent {}

  /** Everything up to the start of the watch was reported. */
  record CaughtUp(WatchCursor cursor) implements WatchEvent {}

  /** Nothing has happened for a while. */
  record Heartbeat(WatchCursor cursor) implements WatchEvent {}
}
