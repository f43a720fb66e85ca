package dev.parley.model;

import static dev.parley.model.ErrorReason.Code.ABORTED;
import static dev.parley.model.ErrorReason.Code.ALREADY_EXISTS;
import static dev.parley.model.ErrorReason.Code.FAILED_PRECONDITION;
import static dev.parley.model.ErrorReason.Code.INVALID_ARGUMENT;
import static dev.parley.model.ErrorReason.Code.NOT_FOUND;
import static dev.parley.model.ErrorReason.Code.PERMISSION_DENIED;
import static dev.parley.model.ErrorReason.Code.RESOURCE_EXHAUSTED;
import static dev.parley.model.ErrorReason.Code.UNAUTHENTICATED;
import static dev.parley.model.ErrorReason.Code.UNIMPLEMENTED;

/** Why a call failed. The proto enum {@code parley.v1.ErrorReason} documents each value. */
public enum ErrorReason {
  INVALID_FIELD(INVALID_ARGUMENT, 400),
  MALFORMED_BODY(INVALID_ARGUMENT, 400),
  INVALID_PAGE_TOKEN(INVALID_ARGUMENT, 400),
  FILTER_NOT_INDEXED(INVALID_ARGUMENT, 400),
  CREDENTIAL_MISSING(UNAUTHENTICATED, 401),
  CREDENTIAL_INVALID(UNAUTHENTICATED, 401),
  SCOPE_MISSING(PERMISSION_DENIED, 403),
  AGENT_FORBIDDEN(PERMISSION_DENIED, 403),
  OWNER_FORBIDDEN(PERMISSION_DENIED, 403),
  AGENT_NOT_FOUND(NOT_FOUND, 404),
  SESSION_NOT_FOUND(NOT_FOUND, 404),
  ARCHIVE_NOT_FOUND(NOT_FOUND, 404),
  API_KEY_NOT_FOUND(NOT_FOUND, 404),
  RUN_NOT_FOUND(NOT_FOUND, 404),
  MESSAGE_NOT_FOUND(NOT_FOUND, 404),
  AGENT_EXISTS(ALREADY_EXISTS, 409),
  KEY_IN_USE(ALREADY_EXISTS, 409),
  RUN_EXISTS(ALREADY_EXISTS, 409),
  MASTER_KEY_EXISTS(ALREADY_EXISTS, 409),
  MESSAGE_ID_REUSED(ALREADY_EXISTS, 409),
  STALE_SEQUENCE(ABORTED, 409),
  ETAG_MISMATCH(ABORTED, 409),
  SESSION_ARCHIVED(FAILED_PRECONDITION, 400),
  SESSION_ACTIVE(FAILED_PRECONDITION, 400),
  RUN_STATE_CONFLICT(FAILED_PRECONDITION, 400),
  KEY_AMBIGUOUS(FAILED_PRECONDITION, 409),
  BACKUP_UNDER_WAY(ABORTED, 409),
  BACKUP_UNSUPPORTED(FAILED_PRECONDITION, 400),
  SEARCH_OFF(FAILED_PRECONDITION, 400),
  REQUEST_TOO_LARGE(RESOURCE_EXHAUSTED, 413),
  /** Used over gRPC only. No REST response has this status because of its size. */
  ANSWER_TOO_LARGE(RESOURCE_EXHAUSTED, 413),
  RATE_LIMITED(RESOURCE_EXHAUSTED, 429),
  OVERLOADED(RESOURCE_EXHAUSTED, 429),
  UNAVAILABLE(Code.UNAVAILABLE, 503),
  DEADLINE_EXCEEDED(Code.DEADLINE_EXCEEDED, 504),
  ROUTE_NOT_FOUND(UNIMPLEMENTED, 404),
  METHOD_NOT_ALLOWED(UNIMPLEMENTED, 405),
  UNSUPPORTED_MEDIA_TYPE(INVALID_ARGUMENT, 415),
  UNSUPPORTED_ENCODING(UNIMPLEMENTED, 415),
  URI_TOO_LONG(INVALID_ARGUMENT, 414),
  DATA_DAMAGED(Code.DATA_LOSS, 500),
  INTERNAL(Code.INTERNAL, 500);

  /** The canonical gRPC codes that reasons map to. */
  public enum Code {
    INVALID_ARGUMENT,
    UNAUTHENTICATED,
    PERMISSION_DENIED,
    NOT_FOUND,
    ALREADY_EXISTS,
    ABORTED,
    FAILED_PRECONDITION,
    RESOURCE_EXHAUSTED,
    UNAVAILABLE,
    DEADLINE_EXCEEDED,
    UNIMPLEMENTED,
    DATA_LOSS,
    INTERNAL
  }

  private final Code code;
  private final int httpStatus;

  ErrorReason(Code code, int httpStatus) {
    this.code = code;
    this.httpStatus = httpStatus;
  }

  /** The gRPC code of this reason. */
  public Code code() {
    return code;
  }

  /** The HTTP status of this reason, unless the contract of an API defines another. */
  public int httpStatus() {
    return httpStatus;
  }
}
