package dev.parley.api.powabase;

import dev.parley.api.json.JsonCodec;
import dev.parley.model.Json;
import dev.parley.proto.powabase.v1.Reasoning;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.List;
import java.util.Set;

/**
 * Reads what runtimes put into free JSON. It was stored whatever it holds, so what does not fit is
 * passed over.
 */
final class FreeJson {
  private static final Set<String> PROVIDERS = Set.of("anthropic", "openai", "gemini");

  /** The most items of each list that are shown. */
  static final int ITEMS_MAX = 1_000;

  private FreeJson() {}

  static RunDetails details(Json details) {
    RunDetails all = JsonCodec.parseStored(details.utf8(), RunDetails.getDefaultInstance());
    return all.toBuilder()
        .clearEvents()
        .addAllEvents(first(all.getEventsList()))
        .clearToolCalls()
        .addAllToolCalls(first(all.getToolCallsList()))
        .clearReasoningSteps()
        .addAllReasoningSteps(first(all.getReasoningStepsList()))
        .clearCitations()
        .addAllCitations(first(all.getCitationsList()))
        .build();
  }

  /**
   * An empty item takes three bytes of what is stored, and a hundred times that when it is shown.
   */
  private static <T> List<T> first(List<T> items) {
    return items.subList(0, Math.min(items.size(), ITEMS_MAX));
  }

  /** Whether this API shows a run's reasoning object. */
  static boolean isShown(Json reasoning) {
    return PROVIDERS.contains(
        JsonCodec.parseStored(reasoning.utf8(), Reasoning.getDefaultInstance()).getProvider());
  }
}
