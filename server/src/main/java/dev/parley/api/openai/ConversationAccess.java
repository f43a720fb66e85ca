package dev.parley.api.openai;

import dev.parley.api.call.Call;
import dev.parley.auth.Authorizer;
import dev.parley.auth.Principal;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the agent of a call and the session of a conversation. Requests do not name the agent. */
final class ConversationAccess {
  private static final String PROJECT = "OpenAI-Project";
  private static final String PROJECT_HEADER = "openai-project";

  private final Authorizer authorizer;

  ConversationAccess(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  /**
   * Returns the agent of a new conversation: the agent of the key, or else the agent in the header
   * {@code OpenAI-Project}.
   */
  CompletableFuture<UUID> agent(Call call) {
    return agents(call)
        .thenApply(
            agent -> {
              if (agent.isEmpty()) {
                throw invalidProject(
                    "must name the agent, because the key is not that of an agent");
              }
              return agent.get(0);
            });
  }

  /** Returns the agent that a call is limited to; an empty list if there is none. */
  CompletableFuture<List<UUID>> agents(Call call) {
    if (call.principal() instanceof Principal.AgentHolder holder) {
      // OpenAI's clients send the project of their environment, which is no agent.
      return CompletableFuture.completedFuture(List.of(holder.agentId()));
    }
    @Nullable String project = call.headers().get(PROJECT_HEADER);
    if (project == null || project.isBlank()) {
      return CompletableFuture.completedFuture(List.of());
    }
    UUID agentId = ConversationIds.project(project.strip());
    if (agentId == null) {
      throw invalidProject("must be the UUID of an agent, or \"proj_\" and its 32 digits");
    }
    return authorizer.agent(call.principal(), agentId).thenApply(agent -> List.of(agent.agentId()));
  }

  private static SessionException invalidProject(String description) {
    return SessionException.invalid(
        List.of(FieldViolation.format(PROJECT, description)),
        Map.of(OpenAIErrorFormat.PARAM, PROJECT));
  }

  /**
   * References the session of a conversation. For the key of an agent, the reference can name a
   * session that does not exist. Otherwise this fails with {@code SESSION_NOT_FOUND}.
   */
  CompletableFuture<SessionRef.ById> ref(Call call, String conversationId) {
    return ref(call, ConversationIds.toModel(conversationId));
  }

  CompletableFuture<SessionRef.ById> ref(Call call, UUID sessionId) {
    return call.principal() instanceof Principal.AgentHolder holder
        ? CompletableFuture.completedFuture(call.caller().byId(holder.agentId(), sessionId))
        : authorizer
            .session(call.caller(), sessionId)
            .thenApply(session -> call.caller().byId(session.agentId(), sessionId));
  }
}
