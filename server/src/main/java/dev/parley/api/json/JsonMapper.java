package dev.parley.api.json;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.parley.model.Content;
import dev.parley.model.Json;

/** Converts JSON and content between the model and the wire messages that all APIs use. */
public final class JsonMapper {
  /** The metadata of nearly all messages. */
  private static final dev.parley.proto.v1.Json EMPTY_OBJECT = wrap(Json.EMPTY_OBJECT);

  private JsonMapper() {}

  public static dev.parley.proto.v1.Content toWire(Content content) {
    ByteString bytes = UnsafeByteOperations.unsafeWrap(content.utf8());
    return content.isBlocks()
        ? dev.parley.proto.v1.Content.newBuilder()
            .setBlocks(dev.parley.proto.v1.Json.newBuilder().setValueBytes(bytes))
            .build()
        : dev.parley.proto.v1.Content.newBuilder().setTextBytes(bytes).build();
  }

  public static dev.parley.proto.v1.Json toWire(Json json) {
    return json.equals(Json.EMPTY_OBJECT) ? EMPTY_OBJECT : wrap(json);
  }

  private static dev.parley.proto.v1.Json wrap(Json json) {
    return dev.parley.proto.v1.Json.newBuilder()
        .setValueBytes(UnsafeByteOperations.unsafeWrap(json.utf8()))
        .build();
  }

  public static Content toModel(dev.parley.proto.v1.Content content) {
    return content.hasBlocks()
        ? Content.blocks(toModel(content.getBlocks()))
        : Content.textUtf8(content.getTextBytes().toByteArray());
  }

  public static Json toModel(dev.parley.proto.v1.Json json) {
    return Json.ofUtf8(json.getValueBytes().toByteArray());
  }
}
