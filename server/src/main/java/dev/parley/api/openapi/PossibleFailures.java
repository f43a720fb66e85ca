package dev.parley.api.openapi;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.parley.model.ErrorReason;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AnnotationsProto;
import dev.parley.proto.v1.ErrorReasonProto;
import dev.parley.proto.v1.Rule;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The possible error reasons of a route: the reasons that every RPC shares, and those in the option
 * {@code parley.v1.errors} of its RPC.
 */
final class PossibleFailures {
  private static final Set<ErrorReason> ALWAYS =
      EnumSet.of(
          ErrorReason.CREDENTIAL_MISSING,
          ErrorReason.CREDENTIAL_INVALID,
          ErrorReason.SCOPE_MISSING,
          ErrorReason.RATE_LIMITED,
          ErrorReason.OVERLOADED,
          ErrorReason.UNAVAILABLE,
          ErrorReason.DEADLINE_EXCEEDED,
          ErrorReason.DATA_DAMAGED,
          ErrorReason.INTERNAL);

  private static final Set<ErrorReason> WITH_BODY =
      EnumSet.of(
          ErrorReason.INVALID_FIELD,
          ErrorReason.MALFORMED_BODY,
          ErrorReason.UNSUPPORTED_MEDIA_TYPE,
          ErrorReason.REQUEST_TOO_LARGE);

  /** The reasons that no REST response has. */
  private static final Set<ErrorReason> GRPC_ONLY = EnumSet.of(ErrorReason.ANSWER_TOO_LARGE);

  private static final Map<String, String> ID =
      Map.of("error_id", "00813215-0844-4716-be7b-a3fe0fce9e42");

  private static final Map<ErrorReason, Map<String, String>> METADATA =
      Map.of(
          ErrorReason.INVALID_PAGE_TOKEN, Map.of("page_token", "bogus"),
          ErrorReason.KEY_IN_USE, Map.of("key", "api:weather"),
          ErrorReason.MESSAGE_ID_REUSED, Map.of("message_id", "m-0001"),
          ErrorReason.STALE_SEQUENCE, Map.of("head_sequence", "2"),
          ErrorReason.RUN_STATE_CONFLICT, Map.of("state", "COMPLETED"),
          ErrorReason.REQUEST_TOO_LARGE, Map.of("bytes_max", "16777216"),
          ErrorReason.RATE_LIMITED, Map.of("retry_seconds", "1"),
          ErrorReason.INTERNAL, ID);

  private final ProtoComments comments;
  private final boolean allHaveIds;

  /**
   * Creates the failures of one API.
   *
   * @param allHaveIds whether every error has an id; otherwise only server errors have one
   */
  PossibleFailures(ProtoComments comments, boolean allHaveIds) {
    this.comments = comments;
    this.allHaveIds = allHaveIds;
  }

  /** Returns the shared reasons and the reasons that the RPC declares. */
  Set<ErrorReason> of(Route route) {
    Set<ErrorReason> reasons = EnumSet.copyOf(ALWAYS);
    if (route.hasBody()) {
      reasons.addAll(WITH_BODY);
    }
    route.rpc().getOptions().getExtension(AnnotationsProto.errors).stream()
        .map(reason -> ErrorReason.valueOf(reason.name()))
        .filter(reason -> !GRPC_ONLY.contains(reason))
        .forEach(reasons::add);
    return reasons;
  }

  /** Creates an example of the failure for a call of the route. */
  SessionException example(ErrorReason reason, Route route) {
    Map<String, String> metadata = new TreeMap<>(METADATA.getOrDefault(reason, Map.of()));
    if (allHaveIds) {
      metadata.putAll(ID);
    }
    if (reason == ErrorReason.SCOPE_MISSING) {
      metadata.put("scope", route.rpc().getOptions().getExtension(AnnotationsProto.scope));
    }
    return reason == ErrorReason.INVALID_FIELD
        ? SessionException.invalid(List.of(violation(route)), metadata)
        : new SessionException(reason, meaning(reason), metadata);
  }

  /** Returns a description of the reason in one or two sentences. */
  String meaning(ErrorReason reason) {
    EnumDescriptor reasons = ErrorReasonProto.getDescriptor().getEnumTypes().get(0);
    String comment = comments.of(Objects.requireNonNull(reasons.findValueByName(reason.name())));
    return comment.replaceFirst("^[A-Z_]+, \\d{3}\\. ", "").replaceFirst("\\s*Metadata[:,].*", "");
  }

  private static FieldViolation violation(Route route) {
    List<FieldDescriptor> fields =
        Stream.concat(route.given(), route.pathFields().stream())
            .filter(field -> field.getJavaType() != JavaType.STRING || isRuled(field))
            .toList();
    for (FieldDescriptor field : fields) {
      Rule rule = field.getOptions().getExtension(AnnotationsProto.rule);
      String name = field.getJsonName();
      if (rule.getRequired()) {
        return FieldViolation.required(name);
      }
      if (rule.hasMaximum()) {
        return new FieldViolation(
            name,
            FieldViolation.Rule.MAXIMUM,
            rule.getMaximum(),
            "must be at most " + rule.getMaximum());
      }
      if (rule.getMaxCharacters() > 0) {
        int max = rule.getMaxCharacters();
        return new FieldViolation(
            name,
            FieldViolation.Rule.MAX_CHARACTERS,
            max,
            "must not have more than " + max + " characters");
      }
    }
    return FieldViolation.format(
        fields.isEmpty() ? "body" : fields.get(0).getJsonName(), "has an invalid value");
  }

  private static boolean isRuled(FieldDescriptor field) {
    return field.getOptions().hasExtension(AnnotationsProto.rule);
  }
}
