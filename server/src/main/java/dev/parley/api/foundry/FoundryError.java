package dev.parley.api.foundry;

import dev.parley.api.call.error.FailedCall;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An error of the Foundry API.
 *
 * @param code the category
 * @param name the name
 * @param description a sentence for people
 * @param parameters details for programs: texts and integers
 */
record FoundryError(
    String code, String name, @Nullable String description, Map<String, Object> parameters) {

  private static final Pattern RIDS =
      Pattern.compile("/api/v2/aipAgents/agents/([^/]+)(?:/sessions/([^/]+))?.*");

  static FoundryError of(FailedCall call) {
    SessionException failure = call.failure();
    return switch (failure.reason()) {
      case INVALID_FIELD -> invalid(failure, call.path());
      case INVALID_PAGE_TOKEN ->
          new FoundryError(
              "INVALID_ARGUMENT",
              "InvalidPageToken",
              "The provided page token is invalid.",
              renamed("pageToken", failure.metadata().get("page_token")));
      case CREDENTIAL_MISSING ->
          new FoundryError("UNAUTHORIZED", "Conjure:MissingCredentials", null, Map.of());
      case CREDENTIAL_INVALID ->
          new FoundryError(
              "UNAUTHORIZED",
              "Default:Unauthorized",
              null,
              Map.of(
                  "error",
                  "EXPIRED".equals(failure.metadata().get("problem")) ? "EXPIRED" : "INVALID"));
      case SCOPE_MISSING -> denied(call);
      case AGENT_NOT_FOUND, AGENT_FORBIDDEN ->
          new FoundryError(
              "NOT_FOUND",
              "AgentNotFound",
              "The given Agent could not be found.",
              rids(call.path(), false));
      case SESSION_NOT_FOUND ->
          new FoundryError(
              "NOT_FOUND",
              "SessionNotFound",
              "The given Session could not be found.",
              rids(call.path(), true));
      default -> general(failure);
    };
  }

  private static FoundryError invalid(SessionException failure, String path) {
    FieldViolation first = failure.violations().get(0);
    String size = failure.metadata().get("page_size");
    if (size != null) {
      return new FoundryError(
          "INVALID_ARGUMENT",
          "InvalidPageSize",
          "The provided page size was zero or negative. Page sizes must be greater than zero.",
          Map.of("pageSize", Long.valueOf(size)));
    }
    return switch (first.field()) {
      case "preview" ->
          new FoundryError(
              "INVALID_ARGUMENT",
              "ApiFeaturePreviewUsageOnly",
              "This feature is only supported in preview mode. Please use preview=true in the query"
                  + " parameters to call this endpoint.",
              Map.of());
      case "agentVersion" -> {
        Map<String, Object> parameters = rids(path, false);
        parameters.putAll(renamed("agentVersion", failure.metadata().get("agent_version")));
        yield new FoundryError(
            "INVALID_ARGUMENT",
            "InvalidAgentVersion",
            "The provided version string is not a valid format for an Agent version.",
            parameters);
      }
      default -> {
        Map<String, Object> parameters = new TreeMap<>();
        failure
            .violations()
            .forEach(each -> parameters.putIfAbsent(each.field(), each.description()));
        yield new FoundryError(
            "INVALID_ARGUMENT", "Default:InvalidArgument", failure.getMessage(), parameters);
      }
    };
  }

  private static FoundryError denied(FailedCall call) {
    String scope = Objects.requireNonNullElse(call.failure().metadata().get("scope"), "");
    String rpc = call.rpc() == null ? "" : call.rpc();
    return switch (rpc) {
      case "GetAllSessions" ->
          new FoundryError(
              "PERMISSION_DENIED",
              "GetAllSessionsAgentsPermissionDenied",
              "The calling user does not have permission to list all sessions across all Agents."
                  + " Listing all sessions across all agents requires the "
                  + scope
                  + " scope.",
              Map.of());
      case "CreateSession", "DeleteSession", "UpdateSessionTitle" ->
          new FoundryError(
              "PERMISSION_DENIED",
              rpc + "PermissionDenied",
              "This needs the " + scope + " scope.",
              rids(call.path(), true));
      default ->
          new FoundryError(
              "PERMISSION_DENIED",
              "ApiUsageDenied",
              "You are not allowed to use this API.",
              Map.of("missingScope", scope));
    };
  }

  /** Errors that the API does not document, with the names of Foundry's framework. */
  private static FoundryError general(SessionException failure) {
    String text = failure.getMessage();
    ErrorReason reason = failure.reason();
    return switch (reason.httpStatus()) {
      case 400 -> new FoundryError("INVALID_ARGUMENT", "Default:InvalidArgument", text, Map.of());
      case 403 -> new FoundryError("PERMISSION_DENIED", "Default:PermissionDenied", text, Map.of());
      case 404 -> new FoundryError("NOT_FOUND", "Default:NotFound", text, Map.of());
      case 405 -> new FoundryError("CUSTOM_CLIENT", "Default:MethodNotAllowed", text, Map.of());
      case 409 -> new FoundryError("CONFLICT", "Default:Conflict", text, Map.of());
      case 413 ->
          new FoundryError(
              "REQUEST_ENTITY_TOO_LARGE", "Default:RequestEntityTooLarge", text, Map.of());
      case 415 -> new FoundryError("CUSTOM_CLIENT", "Default:UnsupportedMediaType", text, Map.of());
      case 429 -> new FoundryError("CUSTOM_CLIENT", "Default:TooManyRequests", text, Map.of());
      case 503 -> new FoundryError("CUSTOM_SERVER", "Default:ServiceUnavailable", text, Map.of());
      case 504 -> new FoundryError("TIMEOUT", "Default:Timeout", text, Map.of());
      default -> new FoundryError("INTERNAL", "Default:Internal", "Internal error", Map.of());
    };
  }

  /** The resource identifiers in the path, by parameter name. */
  private static Map<String, Object> rids(String path, boolean withSession) {
    Map<String, Object> parameters = new TreeMap<>();
    Matcher rids = RIDS.matcher(path);
    if (rids.matches()) {
      parameters.put("agentRid", rids.group(1));
      if (withSession && rids.group(2) != null) {
        parameters.put("sessionRid", rids.group(2));
      }
    }
    return parameters;
  }

  private static Map<String, Object> renamed(String name, @Nullable String value) {
    return value == null ? Map.of() : Map.of(name, value);
  }
}
