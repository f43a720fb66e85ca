package dev.parley.app.cli.copy;

import dev.parley.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The checksums of one session.
 *
 * @param session the fingerprint of the session row
 * @param messages the fingerprint of the messages
 * @param runs the fingerprint of the runs and their retrieved contexts
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by content in differences().
record SessionChecksum(
    byte[] session, byte[] messages, long messageCount, byte[] runs, long runCount) {

  /** Reads a session completely. */
  static SessionChecksum of(SessionReader contents, Session session) {
    Fingerprint ofMessages = new Fingerprint();
    Fingerprint ofRuns = new Fingerprint();
    long[] counts = new long[2];
    contents.messages(
        session,
        page -> {
          page.forEach(ofMessages::add);
          counts[0] += page.size();
        });
    contents.runs(
        session,
        page -> {
          page.forEach(ofRuns::add);
          counts[1] += page.size();
        });
    return new SessionChecksum(
        new Fingerprint().add(session).bytes(),
        ofMessages.bytes(),
        counts[0],
        ofRuns.bytes(),
        counts[1]);
  }

  /** The parts in which {@code other} differs. */
  List<String> differences(SessionChecksum other) {
    List<String> differences = new ArrayList<>();
    if (!Arrays.equals(session, other.session)) {
      differences.add("session");
    }
    if (!Arrays.equals(messages, other.messages)) {
      differences.add("messages");
    }
    if (!Arrays.equals(runs, other.runs)) {
      differences.add("runs");
    }
    return differences;
  }
}
