package dev.parley.api.powabase;

import dev.parley.api.call.Transport;
import dev.parley.api.json.ContentText;
import dev.parley.api.json.JsonMapper;
import dev.parley.core.read.RunTurns;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Run.Report;
import dev.parley.model.Session;
import dev.parley.proto.powabase.v1.RetrievedContext;
import dev.parley.proto.powabase.v1.Run;
import dev.parley.proto.powabase.v1.RunDetails;
import dev.parley.proto.powabase.v1.RunMessage;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Converts runs from the model to {@code powabase.v1}. */
final class RunMapper {
  private RunMapper() {}

  static Run toWire(RunTurns turns, Transport transport) {
    dev.parley.model.Run run = turns.run();
    Report report = run.report();
    RunDetails details = FreeJson.details(report.details());
    Run.Builder wire =
        Run.newBuilder()
            .setId(PublicIds.run(run.sessionId(), run.runId()))
            .setRunId(run.runId())
            .setStatus(lowerCase(run.state()))
            .setCreatedAt(IsoTimes.format(run.createTime()))
            .addAllEvents(details.getEventsList())
            .addAllToolCalls(details.getToolCallsList())
            .addAllReasoningSteps(DetailsMapper.reasoningSteps(details))
            .setAgentId(run.agentId().toString())
            .addAllCitations(DetailsMapper.citations(details));
    if (details.hasContextHandlerId()) {
      wire.setContextHandlerId(details.getContextHandlerId());
    }
    if (details.hasSteps()) {
      wire.setSteps(details.getSteps());
    }
    ifPresent(report.usage(), usage -> wire.setUsage(JsonMapper.toWire(usage)));
    ifPresent(report.error(), wire::setError);
    ifPresent(report.model(), wire::setModel);
    ifPresent(run.startTime(), time -> wire.setStartedAt(IsoTimes.format(time)));
    ifPresent(run.endTime(), time -> wire.setCompletedAt(IsoTimes.format(time)));
    addMessages(wire, turns.messages(), report, details, transport);
    return wire.build();
  }

  private static void addMessages(
      Run.Builder wire,
      List<Message> messages,
      Report report,
      RunDetails details,
      Transport transport) {
    Message answer = lastOfAssistant(messages);
    for (Message message : messages) {
      Message.Draft draft = message.draft();
      RunMessage.Builder runMessage = RunMessage.newBuilder().setRole(name(draft.role()));
      if (transport.fits(message.bytes())) {
        runMessage.setContent(JsonMapper.toWire(draft.content()));
      } else {
        runMessage.setOmittedContentBytes(draft.content().utf8().length);
      }
      switch (draft.role()) {
        case USER, SYSTEM, DEVELOPER -> wire.addInputMessages(runMessage);
        case ASSISTANT, TOOL -> {
          if (draft.role() == Role.ASSISTANT && report.reasoning() != null) {
            runMessage.setReasoningRequested(true);
          }
          if (message.equals(answer)) {
            runMessage.addAllToolCalls(details.getToolCallsList());
          }
          wire.addOutputMessages(runMessage);
        }
      }
    }
    ifPresent(answer, last -> wire.setContent(ContentText.of(last.draft().content())));
  }

  private static @Nullable Message lastOfAssistant(List<Message> messages) {
    return messages.stream()
        .filter(message -> message.draft().role() == Role.ASSISTANT)
        .reduce((before, last) -> last)
        .orElse(null);
  }

  static RetrievedContext toContext(Session session, String runId, List<Json> items) {
    RetrievedContext.Builder wire =
        RetrievedContext.newBuilder()
            .setSessionId(PublicIds.session(session.sessionId()))
            .setRunId(runId);
    items.forEach(item -> wire.addRetrievedContext(JsonMapper.toWire(item)));
    return wire.build();
  }

  /** The role's name in this API, which has no developers. */
  private static String name(Role role) {
    return lowerCase(role == Role.DEVELOPER ? Role.SYSTEM : role);
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <T> void ifPresent(@Nullable T value, Consumer<T> setter) {
    if (value != null) {
      setter.accept(value);
    }
  }
}
