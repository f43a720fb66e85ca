package dev.parley.api.powabase;

import com.google.protobuf.Message;
import dev.parley.api.json.JsonMarshaller;
import dev.parley.model.Json;
import dev.parley.proto.powabase.v1.Reasoning;
import dev.parley.proto.powabase.v1.RunDetails;
import java.util.Set;

/**
 * Reads what runtimes put into free JSON. It was stored whatever it holds, so what does not fit is
 * passed over.
 */
final class FreeJson {
  private static final Set<String> PROVIDERS = Set.of("anthropic", "openai", "gemini");

  private FreeJson() {}

  static RunDetails details(Json details) {
    return read(details.utf8(), RunDetails.getDefaultInstance());
  }

  /** Whether this API shows a run's reasoning object. */
  static boolean isShown(Json reasoning) {
    return PROVIDERS.contains(read(reasoning.utf8(), Reasoning.getDefaultInstance()).getProvider());
  }

  @SuppressWarnings("unchecked")
  private static <M extends Message> M read(byte[] utf8, M kind) {
    return (M) JsonMarshaller.parse(utf8, kind).message();
  }
}
