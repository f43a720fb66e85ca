package dev.parley.api.powabase;

import dev.parley.api.call.Transport;
import dev.parley.api.json.JsonMapper;
import dev.parley.core.read.Chunk;
import dev.parley.core.read.Turn;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run;
import dev.parley.proto.powabase.v1.ContextItems;
import dev.parley.proto.powabase.v1.ListMessagesResponse;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** Converts turns of one session to messages of {@code powabase.v1}. */
final class MessageMapper {
  /**
   * The minimum size of a citation. An empty citation takes three bytes in the store, but this many
   * in a response.
   */
  private static final long CITATION_BYTES = 100;

  private final UUID sessionId;
  private final Transport transport;

  /** All turns of a run share its details, which are parsed once. */
  private final Map<String, RunDetails> details = new HashMap<>();

  /**
   * Creates a mapper for the turns of a session.
   *
   * @param transport the transport of the response
   */
  MessageMapper(UUID sessionId, Transport transport) {
    this.sessionId = sessionId;
    this.transport = transport;
  }

  /** The size that the citations of a run add to each of its messages, in bytes. */
  static long citationBytes(Run run) {
    return CITATION_BYTES * FreeJson.details(run.report().details()).getCitationsCount();
  }

  /** Converts {@code chunk} to a part of the response. */
  ListMessagesResponse toWire(Chunk<Turn> chunk) {
    details.clear();
    ListMessagesResponse.Builder response =
        ListMessagesResponse.newBuilder().setSessionId(PublicIds.session(sessionId));
    chunk.items().forEach(turn -> response.addMessages(toWire(turn)));
    return response.build();
  }

  private dev.parley.proto.powabase.v1.Message toWire(Turn turn) {
    Message message = turn.message();
    Message.Draft draft = message.draft();
    Run run = turn.run();
    dev.parley.proto.powabase.v1.Message.Builder wire =
        dev.parley.proto.powabase.v1.Message.newBuilder()
            .setRole(draft.role().name().toLowerCase(Locale.ROOT))
            .setRunId(
                draft.runId() == null
                    ? PublicIds.seed(sessionId, message.sequence())
                    : draft.runId())
            .setTimestamp(
                IsoTimes.format(
                    run == null || draft.clientTime() != null
                        ? message.shownTime()
                        : run.createTime()));
    if (transport.fits(message.bytes())) {
      wire.setContent(JsonMapper.toWire(draft.content()));
    } else {
      wire.setOmittedContentBytes(draft.content().utf8().length);
    }
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
    RunDetails runDetails =
        details.computeIfAbsent(run.runId(), id -> FreeJson.details(run.report().details()));
    wire.addAllCitations(DetailsMapper.citations(runDetails));
    Json reasoning = run.report().reasoning();
    if (reasoning == null) {
      return;
    }
    wire.setReasoningRequested(true);
    if (runDetails.hasReasoningDurationMs() && runDetails.getReasoningDurationMs() >= 0) {
      wire.setReasoningDurationMs(runDetails.getReasoningDurationMs());
    }
    if (FreeJson.isShown(reasoning)) {
      wire.setReasoning(JsonMapper.toWire(reasoning));
    }
  }
}
