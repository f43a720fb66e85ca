package dev.parley.core.read;

import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of the user or the agent.
 *
 * @param message the message
 * @param run the run of the message; null if it names none or the run does not exist
 * @param context the retrieved context of the run; empty unless it was requested and the message is
 *     from the agent
 */
public record Turn(Message message, @Nullable Run run, List<Json> context) {}
