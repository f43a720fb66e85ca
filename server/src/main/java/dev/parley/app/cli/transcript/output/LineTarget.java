package dev.parley.app.cli.transcript.output;

import com.google.protobuf.Duration;
import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.transcript.format.ImportLine;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.RetrievedContext;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.Session;
import java.io.IOException;
import java.io.OutputStream;

/** Writes one JSON object per line, with everything that the API can set. */
public final class LineTarget implements SessionTarget {
  private final OutputStream out;

  /** Writes to {@code out} without closing it. */
  public LineTarget(OutputStream out) {
    this.out = out;
  }

  @Override
  public void begin(Session session) throws IOException {
    write(ImportLine.newBuilder().setSession(exported(session)));
  }

  /**
   * A session without expiry has an explicit zero TTL. Otherwise the import would apply a default.
   */
  static Session exported(Session session) {
    boolean never = !session.hasTtl() && !session.hasExpireTime();
    return never ? session.toBuilder().setTtl(Duration.getDefaultInstance()).build() : session;
  }

  @Override
  public void run(Session session, Run run, RetrievedContext context) throws IOException {
    write(ImportLine.newBuilder().setKey(session.getKey()).setRun(run));
    if (context.getItemsCount() > 0) {
      write(ImportLine.newBuilder().setKey(session.getKey()).setRetrievedContext(context));
    }
  }

  @Override
  public void message(Session session, ChatMessage message) throws IOException {
    write(ImportLine.newBuilder().setKey(session.getKey()).setMessage(message));
  }

  @Override
  public void end(Session session) throws IOException {
    if (session.hasArchiveTime()) {
      write(ImportLine.newBuilder().setKey(session.getKey()).setArchived(true));
    }
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }

  /** Writes one line. Line breaks between the values of verbatim JSON become spaces. */
  private void write(ImportLine.Builder line) throws IOException {
    byte[] json = JsonCodec.write(line.build());
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        json[i] = ' ';
      }
    }
    out.write(json);
    out.write('\n');
  }
}
