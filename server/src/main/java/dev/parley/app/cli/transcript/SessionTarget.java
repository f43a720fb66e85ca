package dev.parley.app.cli.transcript;

import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import java.io.Closeable;
import java.io.IOException;

/**
 * Takes sessions one after the other: what a session is, its runs, its messages from the oldest on,
 * and its end.
 */
interface SessionTarget extends Closeable {
  /** A session begins. */
  void begin(Session session) throws IOException;

  /** A run of the session, with what it retrieved, which may be nothing. */
  default void run(Session session, Run run, RetrievedContext context) throws IOException {}

  /** The next message of the session. */
  void message(Session session, ChatMessage message) throws IOException;

  /** The session is whole. */
  void end(Session session) throws IOException;

  /** All sessions came. */
  default void finish() throws IOException {}

  @Override
  default void close() throws IOException {}
}
