package dev.parley.core.read;

import dev.parley.model.Message;
import dev.parley.model.Run;
import java.util.List;

/**
 * A run and its messages of all roles.
 *
 * @param messages the oldest first
 */
public record RunTurns(Run run, List<Message> messages) {}
