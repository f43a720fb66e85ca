package dev.parley.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The only exception whose message is sent to clients. */
public final class SessionException extends RuntimeException {
  private static final int VIOLATIONS_MAX = 10;
  private static final int VIOLATIONS_IN_MESSAGE_MAX = 3;
  private static final int FIELD_CHARACTERS_MAX = 64;

  private final ErrorReason reason;
  private final String message;
  private final Map<String, String> metadata;
  private final List<FieldViolation> violations;

  private SessionException(
      ErrorReason reason,
      String message,
      Map<String, String> metadata,
      List<FieldViolation> violations,
      @Nullable Throwable cause) {
    // Used for control flow: filling in a stack trace would cost more than the call itself.
    super(message, cause, false, false);
    this.reason = reason;
    this.message = message;
    // Sorted, so that clients receive the members of an error always in the same order.
    this.metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    this.violations = violations;
  }

  public SessionException(ErrorReason reason, String message) {
    this(reason, message, Map.of(), List.of(), null);
  }

  public SessionException(ErrorReason reason, String message, Map<String, String> metadata) {
    this(reason, message, metadata, List.of(), null);
  }

  /**
   * Creates an exception with a cause.
   *
   * @param cause the original error, for the server; it is not sent to callers
   */
  public SessionException(ErrorReason reason, String message, Throwable cause) {
    this(reason, message, Map.of(), List.of(), cause);
  }

  /**
   * Creates one exception for at least one field violation. It reports the first {@value
   * #VIOLATIONS_MAX} violations and truncates long names, because it must fit into response
   * headers.
   */
  public static SessionException invalid(List<FieldViolation> violations) {
    return invalid(violations, Map.of());
  }

  /**
   * The error for a message that does not exist.
   *
   * @param field the name of the value that the caller used: {@code message_id} or {@code sequence}
   */
  public static SessionException messageNotFound(String field, String value) {
    return new SessionException(
        ErrorReason.MESSAGE_NOT_FOUND, "Message not found", Map.of(field, value));
  }

  /** Like {@link #invalid(List)}, with additional metadata for programs. */
  public static SessionException invalid(
      List<FieldViolation> violations, Map<String, String> metadata) {
    List<FieldViolation> reported =
        violations.stream()
            .limit(VIOLATIONS_MAX)
            .map(v -> v.withField(shorten(v.field())))
            .toList();
    String message =
        reported.stream()
            .limit(VIOLATIONS_IN_MESSAGE_MAX)
            .map(v -> v.field() + " " + v.description())
            .collect(Collectors.joining("; "));
    int more = violations.size() - Math.min(reported.size(), VIOLATIONS_IN_MESSAGE_MAX);
    return new SessionException(
        ErrorReason.INVALID_FIELD,
        more > 0 ? message + "; and " + more + " more" : message,
        metadata,
        reported,
        null);
  }

  private static String shorten(String name) {
    return name.length() <= FIELD_CHARACTERS_MAX
        ? name
        : name.substring(0, name.offsetByCodePoints(0, FIELD_CHARACTERS_MAX / 2)) + "…";
  }

  /** Creates an exception for one field violation. */
  public static SessionException invalid(FieldViolation violation) {
    return invalid(List.of(violation));
  }

  /** A sentence for people. */
  @Override
  public String getMessage() {
    return message;
  }

  /** The reason of the failure. */
  public ErrorReason reason() {
    return reason;
  }

  /** Details for programs, by name in alphabetical order. The proto enum documents the names. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The field violations, for {@link ErrorReason#INVALID_FIELD}. */
  public List<FieldViolation> violations() {
    return violations;
  }
}
