package dev.parley.api.parley.mapper;

import dev.parley.core.request.RequestId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Maps request ids. */
public final class RequestIds {
  private RequestIds() {}

  /** Returns null for an empty text. */
  public static @Nullable RequestId toModel(String requestId) {
    return requestId.isEmpty() ? null : new RequestId(UUID.fromString(requestId));
  }
}
