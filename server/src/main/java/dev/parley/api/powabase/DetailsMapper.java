package dev.parley.api.powabase;

import dev.parley.api.json.JsonMapper;
import dev.parley.model.Json;
import dev.parley.proto.powabase.v1.Citation;
import dev.parley.proto.powabase.v1.ReasoningStep;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.List;
import java.util.stream.IntStream;

/** Adds default values to the details of a run that this API always returns. */
final class DetailsMapper {
  private static final dev.parley.proto.v1.Json EMPTY_OBJECT = JsonMapper.toWire(Json.EMPTY_OBJECT);

  private DetailsMapper() {}

  static List<Citation> citations(RunDetails details) {
    return details.getCitationsList().stream()
        .map(
            citation ->
                citation.hasMeta() ? citation : citation.toBuilder().setMeta(EMPTY_OBJECT).build())
        .toList();
  }

  static List<ReasoningStep> reasoningSteps(RunDetails details) {
    List<ReasoningStep> steps = details.getReasoningStepsList();
    return IntStream.range(0, steps.size())
        .mapToObj(
            index ->
                steps.get(index).getStep() > 0
                    ? steps.get(index)
                    : steps.get(index).toBuilder().setStep(index + 1).build())
        .toList();
  }
}
