package dev.parley.app.cli.transcript.output;

import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import java.io.Closeable;
import java.io.IOException;

/**
 * Receives sessions one by one: first the session, then its runs, its messages from the oldest to
 * the newest, and its end.
 */
public interface SessionTarget extends Closeable {
  /** Starts a session. */
  void begin(Session session) throws IOException;

  /** A run of the session with its retrieved context, which may be empty. */
  default void run(Session session, Run run, RetrievedContext context) throws IOException {}

  /** The next message of the session. */
  void message(Session session, ChatMessage message) throws IOException;

  /** Ends the session. */
  void end(Session session) throws IOException;

  /** Ends the export. */
  default void finish() throws IOException {}

  @Override
  default void close() throws IOException {}
}
