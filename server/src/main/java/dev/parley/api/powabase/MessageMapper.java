package dev.parley.api.powabase;

import dev.parley.api.JsonMapper;
import dev.parley.core.Messages;
import dev.parley.core.Transcripts.Turn;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.proto.powabase.v1.ContextItems;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From turns of one session to messages of {@code powabase.v1}. */
final class MessageMapper {
  /** What an empty citation takes in JSON, of which next to nothing is stored. */
  private static final int CITATION_BYTES = 100;

  private final Session session;

  /** Turns of one run share its details, which are read once. */
  private final Map<String, RunDetails> details = new HashMap<>();

  private MessageMapper(Session session) {
    this.session = session;
  }

  /**
   * The turns, the oldest first. What is stored of them is bounded, but citations are shown with
   * each message and grow when they are, so this is bounded too, at the old end.
   */
  static ListMessagesResponse toWire(Session session, List<Turn> turns) {
    MessageMapper mapper = new MessageMapper(session);
    List<dev.parley.proto.powabase.v1.Message> newestFirst = new ArrayList<>();
    long bytes = 0;
    for (int i = turns.size() - 1; i >= 0 && bytes <= Messages.HISTORY_BYTES_MAX; i--) {
      dev.parley.proto.powabase.v1.Message message = mapper.toWire(turns.get(i));
      newestFirst.add(message);
      bytes += message.getSerializedSize() + (long) CITATION_BYTES * message.getCitationsCount();
    }
    Collections.reverse(newestFirst);
    return ListMessagesResponse.newBuilder()
        .setSessionId(PublicIds.session(session.sessionId()))
        .addAllMessages(newestFirst)
        .build();
  }

  private dev.parley.proto.powabase.v1.Message toWire(Turn turn) {
    Message message = turn.message();
    Message.Draft draft = message.draft();
    Run run = turn.run();
    dev.parley.proto.powabase.v1.Message.Builder wire =
        dev.parley.proto.powabase.v1.Message.newBuilder()
            .setRole(draft.role().name().toLowerCase(Locale.ROOT))
            .setContent(JsonMapper.toWire(draft.content()))
            .setRunId(
                draft.runId() == null
                    ? PublicIds.seed(session.sessionId(), message.sequence())
                    : draft.runId())
            .setTimestamp(IsoTimes.format(run == null ? message.createTime() : run.createTime()));
    if (draft.role() == Role.ASSISTANT) {
      wire.setRetrievedContext(context(turn.context()));
      if (run != null) {
        addReport(wire, run);
      }
    }
    return wire.build();
  }

  private static ContextItems context(List<Json> items) {
    ContextItems.Builder wire = ContextItems.newBuilder();
    items.forEach(item -> wire.addItems(JsonMapper.toWire(item)));
    return wire.build();
  }

  private void addReport(dev.parley.proto.powabase.v1.Message.Builder wire, Run run) {
    RunDetails said =
        details.computeIfAbsent(run.runId(), id -> FreeJson.details(run.report().details()));
    wire.addAllCitations(DetailsMapper.citations(said));
    Json reasoning = run.report().reasoning();
    if (reasoning == null) {
      return;
    }
    wire.setReasoningRequested(true);
    if (said.hasReasoningDurationMs() && said.getReasoningDurationMs() >= 0) {
      wire.setReasoningDurationMs(said.getReasoningDurationMs());
    }
    if (FreeJson.isShown(reasoning)) {
      wire.setReasoning(JsonMapper.toWire(reasoning));
    }
  }
}
