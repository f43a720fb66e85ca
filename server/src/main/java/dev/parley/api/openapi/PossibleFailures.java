package dev.parley.api.openapi;

import static java.util.stream.Collectors.joining;

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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a call of a route may fail with: what its request tells, and what its comments name. */
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
          ErrorReason.INTERNAL);

  private static final Set<ErrorReason> WITH_BODY =
      EnumSet.of(
          ErrorReason.INVALID_FIELD,
          ErrorReason.MALFORMED_BODY,
          ErrorReason.UNSUPPORTED_MEDIA_TYPE,
          ErrorReason.REQUEST_TOO_LARGE);

  /** What is not there if the field names nothing. */
  private static final Map<String, ErrorReason> NOT_FOUND =
      Map.of(
          "session_id", ErrorReason.SESSION_NOT_FOUND,
          "session_rid", ErrorReason.SESSION_NOT_FOUND,
          "session_key", ErrorReason.SESSION_NOT_FOUND,
          "key", ErrorReason.SESSION_NOT_FOUND,
          "run_id", ErrorReason.RUN_NOT_FOUND,
          "filename", ErrorReason.ARCHIVE_NOT_FOUND,
          "key_id", ErrorReason.API_KEY_NOT_FOUND);

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
   * Failures of one face.
   *
   * @param allHaveIds whether every error has an id, and not a fault of the server alone
   */
  PossibleFailures(ProtoComments comments, boolean allHaveIds) {
    this.comments = comments;
    this.allHaveIds = allHaveIds;
  }

  Set<ErrorReason> of(Route route) {
    Set<ErrorReason> reasons = EnumSet.copyOf(ALWAYS);
    for (FieldDescriptor field : route.rpc().getInputType().getFields()) {
      ErrorReason unknown = NOT_FOUND.get(field.getName());
      if (field.getOptions().getExtension(AnnotationsProto.namesAgent)) {
        reasons.add(ErrorReason.AGENT_NOT_FOUND);
        reasons.add(ErrorReason.AGENT_FORBIDDEN);
      } else if (unknown != null && field.getContainingOneof() == null
          || unknown != null && !route.queryFields().contains(field)) {
        reasons.add(unknown);
      }
      if (field.getName().equals("page_token")) {
        reasons.add(ErrorReason.INVALID_PAGE_TOKEN);
      }
      if (field.getJavaType() != JavaType.STRING || isRuled(field)) {
        reasons.add(ErrorReason.INVALID_FIELD);
      }
    }
    if (route.hasBody()) {
      reasons.addAll(WITH_BODY);
    }
    String words = words(route);
    for (ErrorReason reason : ErrorReason.values()) {
      if (Pattern.compile("\\b" + reason + "\\b").matcher(words).find()) {
        reasons.add(reason);
      }
    }
    return reasons;
  }

  /** What the proto says of the rpc and of what it takes. */
  private String words(Route route) {
    return Stream.concat(
            Stream.of(comments.of(route.rpc())),
            route.rpc().getInputType().getFields().stream().map(comments::of))
        .collect(joining(" "));
  }

  /** Such a failure, as a call of the route would meet it. */
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

  /** What the reason stands for, in a sentence or two. */
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
        fields.isEmpty() ? "body" : fields.get(0).getJsonName(), "is not what it must be");
  }

  private static boolean isRuled(FieldDescriptor field) {
    return field.getOptions().hasExtension(AnnotationsProto.rule);
  }
}
