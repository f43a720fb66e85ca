package dev.parley.api.powabase;

import dev.parley.api.JsonMapper;
import dev.parley.core.Transcripts.Turn;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.model.Session;
import dev.parley.proto.powabase.v1.ContextItems;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From turns of one session to messages of {@code powabase.v1}. */
final class MessageMapper {
  private final Session session;

  /** Turns of one run share its details, which are read once. */
  private final Map<String, RunDetails> details = new HashMap<>();

  private MessageMapper(Session session) {
    this.session = session;
  }

  static ListMessagesResponse toWire(Session session, List<Turn> turns) {
    MessageMapper mapper = new MessageMapper(session);
    ListMessagesResponse.Builder wire =
        ListMessagesResponse.newBuilder().setSessionId(PublicIds.session(session.sessionId()));
    turns.forEach(turn -> wire.addMessages(mapper.toWire(turn)));
    return wire.build();
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
