package dev.parley.api.powabase;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.parley.api.json.JsonMarshaller;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.proto.powabase.v1.Reasoning;
import dev.parley.proto.powabase.v1.RunDetails;
import dev.parley.proto.powabase.v1.TextPart;
import dev.parley.proto.powabase.v1.TextParts;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads what runtimes put into free JSON. It was stored whatever it holds, so what does not fit is
 * passed over.
 */
final class FreeJson {
  private static final Set<String> PROVIDERS = Set.of("anthropic", "openai", "gemini");
  private static final String TEXT = "text";

  private FreeJson() {}

  static RunDetails details(Json details) {
    return read(details.utf8(), RunDetails.getDefaultInstance());
  }

  /** Whether this API shows a run's reasoning object. */
  static boolean isShown(Json reasoning) {
    return PROVIDERS.contains(read(reasoning.utf8(), Reasoning.getDefaultInstance()).getProvider());
  }

  /** The text of a content, which of blocks is that of its text parts together. */
  static ByteString text(Content content) {
    if (!content.isBlocks()) {
      return UnsafeByteOperations.unsafeWrap(content.utf8());
    }
    return ByteString.copyFromUtf8(
        read(content.utf8(), TextParts.getDefaultInstance()).getPartsList().stream()
            .filter(part -> part.getType().equals(TEXT))
            .map(TextPart::getText)
            .collect(Collectors.joining()));
  }

  @SuppressWarnings("unchecked")
  private static <M extends Message> M read(byte[] utf8, M kind) {
    return (M) JsonMarshaller.parse(utf8, kind).message();
  }
}
