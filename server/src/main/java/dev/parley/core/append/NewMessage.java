package dev.parley.core.append;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import org.jspecify.annotations.Nullable;

/**
 * A message to append.
 *
 * @param messageId the id; null for a generated one
 * @param role the author
 * @param content the text or blocks
 * @param runId the run of the message, if any
 * @param metadata any other data, a JSON object
 */
public record NewMessage(
    @Nullable String messageId,
    Role role,
    Content content,
    @Nullable String runId,
    Json metadata) {}
