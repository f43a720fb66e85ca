package dev.parley.core.append;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message to append.
 *
 * @param messageId the id; null for a generated one
 * @param role the author
 * @param content the text or blocks
 * @param runId the run of the message, if any
 * @param metadata any other data, a JSON object
 * @param clientTime when the message was written, as the caller says, if it does
 */
public record NewMessage(
    @Nullable String messageId,
    Role role,
    Content content,
    @Nullable String runId,
    Json metadata,
    @Nullable Instant clientTime) {

  /** Creates a message without a client time. */
  public NewMessage(
      @Nullable String messageId,
      Role role,
      Content content,
      @Nullable String runId,
      Json metadata) {
    this(messageId, role, content, runId, metadata, null);
  }
}
