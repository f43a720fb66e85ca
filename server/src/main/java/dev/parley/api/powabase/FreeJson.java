package dev.parley.api.powabase;

import dev.parley.api.json.JsonCodec;
import dev.parley.model.Json;
import dev.parley.proto.powabase.v1.Reasoning;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.List;
import java.util.Set;

/**
 * Reads JSON that agent runtimes stored in any form. Members with other names or types are ignored.
 */
final class FreeJson {
  private static final Set<String> PROVIDERS = Set.of("anthropic", "openai", "gemini");

  /** The maximum number of returned items per list. */
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
   * The minimum size of an item. An empty item takes three bytes in the store, but a hundred times
   * more in a response.
   */
  private static <T> List<T> first(List<T> items) {
    return items.subList(0, Math.min(items.size(), ITEMS_MAX));
  }

  /** Whether this API returns the reasoning object of a run. */
  static boolean isShown(Json reasoning) {
    return PROVIDERS.contains(
        JsonCodec.parseStored(reasoning.utf8(), Reasoning.getDefaultInstance()).getProvider());
  }
}
