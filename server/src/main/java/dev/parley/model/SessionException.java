package dev.parley.model;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The one exception that callers are told about: what they read is what it says. */
public final class SessionException extends RuntimeException {
  private final ErrorReason reason;
  private final String message;
  private final Map<String, String> metadata;
  private final List<FieldViolation> violations;

  private SessionException(
      ErrorReason reason,
      String message,
      Map<String, String> metadata,
      List<FieldViolation> violations) {
    // Thrown for flow, not for faults: a stack trace would cost more than the call.
    super(message, null, false, false);
    this.reason = reason;
    this.message = message;
    this.metadata = metadata;
    this.violations = violations;
  }

  public SessionException(ErrorReason reason, String message) {
    this(reason, message, Map.of(), List.of());
  }

  public SessionException(ErrorReason reason, String message, Map<String, String> metadata) {
    this(reason, message, Map.copyOf(metadata), List.of());
  }

  /** One exception for all fields that break a rule; there is at least one. */
  public static SessionException invalid(List<FieldViolation> violations) {
    String message =
        violations.stream()
            .map(v -> v.field() + " " + v.description())
            .collect(Collectors.joining("; "));
    return new SessionException(
        ErrorReason.INVALID_FIELD, message, Map.of(), List.copyOf(violations));
  }

  /** For one field that breaks a rule. */
  public static SessionException invalid(FieldViolation violation) {
    return invalid(List.of(violation));
  }

  /** A sentence for people. */
  @Override
  public String getMessage() {
    return message;
  }

  /** Why. */
  public ErrorReason reason() {
    return reason;
  }

  /** What a program may want to know of it; the proto enum documents the names. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** The fields that break a rule, for {@link ErrorReason#INVALID_FIELD}. */
  public List<FieldViolation> violations() {
    return violations;
  }
}
