package dev.parley.app.cli.copy;

import dev.parley.model.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a session comes to.
 *
 * @param session the fingerprint of its row
 * @param messages that of its messages
 * @param runs that of its runs and what they retrieved
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by what they hold, in differences().
record SessionChecksum(
    byte[] session, byte[] messages, long messageCount, byte[] runs, long runCount) {

  /** Reads a session to its end. */
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

  /** In what another differs. */
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
