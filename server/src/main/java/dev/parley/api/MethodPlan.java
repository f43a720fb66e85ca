package dev.parley.api;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import dev.parley.api.json.JsonNames;
import dev.parley.auth.Scope;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the proto says of one rpc, read from its descriptor once. */
final class MethodPlan {
  private static final Map<String, MethodPlan> PLANS = new ConcurrentHashMap<>();
  private static final Pattern PATH_VARIABLE = Pattern.compile("\\{(\\w+)(?:=[^}]*)?}");

  private final String name;
  private final String scope;
  private final HttpStatus successStatus;
  private final @Nullable FieldDescriptor agentField;
  private final String ridPrefix;
  private final List<HttpRule> httpRules;
  private final Set<String> fieldNames;
  private final Map<String, FieldDescriptor> queryFields;
  private final @Nullable FieldDescriptor bodyField;
  private final @Nullable PathRemainder remainder;

  private MethodPlan(com.google.protobuf.Descriptors.MethodDescriptor method) {
    name = method.getName();
    successStatus = successStatus(method);
    scope = method.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.scope);
    if (!Scope.isKnown(scope)) {
      throw new IllegalStateException(
          "The rpc " + method.getFullName() + " declares no known scope: \"" + scope + "\"");
    }
    List<FieldDescriptor> fields = method.getInputType().getFields();
    agentField =
        fields.stream()
            .filter(
                field ->
                    field
                        .getOptions()
                        .getExtension(dev.parley.proto.v1.AnnotationsProto.namesAgent))
            .findFirst()
            .orElse(null);
    ridPrefix =
        agentField == null
            ? ""
            : agentField.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.ridPrefix);
    HttpRule rule = method.getOptions().getExtension(AnnotationsProto.http);
    httpRules = new ArrayList<>();
    httpRules.add(rule);
    httpRules.addAll(rule.getAdditionalBindingsList());
    Set<String> pathVariables = new HashSet<>();
    for (HttpRule each : httpRules) {
      Matcher variable = PATH_VARIABLE.matcher(path(each));
      while (variable.find()) {
        pathVariables.add(variable.group(1));
      }
    }
    bodyField =
        rule.getBody().isEmpty() || rule.getBody().equals("*")
            ? null
            : method.getInputType().findFieldByName(rule.getBody());
    remainder =
        httpRules.stream()
            .map(each -> PathRemainder.of(each, method.getInputType()))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null);
    fieldNames = new HashSet<>();
    queryFields = new HashMap<>();
    for (FieldDescriptor field : fields) {
      Set<String> spellings = spellings(field);
      fieldNames.addAll(spellings);
      boolean elsewhere =
          rule.getBody().equals("*")
              || field.equals(bodyField)
              || pathVariables.contains(field.getName());
      if (!elsewhere) {
        spellings.forEach(spelling -> queryFields.put(spelling, field));
      }
    }
  }

  /** The names of a field: a query finds it by lowerCamelCase even where JSON has another. */
  private static Set<String> spellings(FieldDescriptor field) {
    Set<String> spellings = new HashSet<>();
    spellings.add(field.getName());
    spellings.add(field.getJsonName());
    spellings.add(JsonNames.of(field.getName()));
    return spellings;
  }

  /** The plan of a method; fails if it declares no scope. */
  static MethodPlan of(MethodDescriptor<?, ?> method) {
    return PLANS.computeIfAbsent(
        method.getFullMethodName(),
        name ->
            new MethodPlan(
                ((ProtoMethodDescriptorSupplier) schemaOf(method)).getMethodDescriptor()));
  }

  /** The plan of the rpc that a route is bound to; null if it is none's, or the rpc's own path. */
  static @Nullable MethodPlan ofRoute(ServiceRequestContext ctx) {
    GrpcService service = ctx.config().service().as(GrpcService.class);
    ServerMethodDefinition<?, ?> method = service == null ? null : service.methodDefinition(ctx);
    if (method == null
        || ctx.path().equals("/" + method.getMethodDescriptor().getFullMethodName())) {
      return null;
    }
    return of(method.getMethodDescriptor());
  }

  private static HttpStatus successStatus(com.google.protobuf.Descriptors.MethodDescriptor method) {
    int status =
        method.getOptions().getExtension(dev.parley.proto.v1.AnnotationsProto.successStatus);
    HttpStatus success = status == 0 ? HttpStatus.OK : HttpStatus.valueOf(status);
    if (!success.isSuccess()) {
      throw new IllegalStateException(
          "The rpc " + method.getFullName() + " declares no status of success: " + status);
    }
    return success;
  }

  private static Object schemaOf(MethodDescriptor<?, ?> method) {
    Object schema = method.getSchemaDescriptor();
    if (schema == null) {
      throw new IllegalStateException("No descriptor: " + method.getFullMethodName());
    }
    return schema;
  }

  /** The bare name of the rpc. */
  String name() {
    return name;
  }

  /** The status of a REST answer that succeeds. */
  HttpStatus successStatus() {
    return successStatus;
  }

  /** The scope that the caller must hold. */
  String scope() {
    return scope;
  }

  /** The agent's uuid in a request, if it is one; null if the request names no agent. */
  @Nullable String agentId(Message request) {
    boolean named =
        agentField != null && (!agentField.hasPresence() || request.hasField(agentField));
    return named ? withoutPrefix((String) request.getField(agentField)) : null;
  }

  /** What is left of a resource identifier; nothing of what is none. */
  private String withoutPrefix(String text) {
    return text.startsWith(ridPrefix) ? text.substring(ridPrefix.length()) : "";
  }

  /** Whether the request says, as a rule of its own, that the agent id is a uuid. */
  boolean agentIdIsRuled() {
    return agentField != null
        && agentField
            .getOptions()
            .getExtension(dev.parley.proto.v1.AnnotationsProto.rule)
            .getUuid();
  }

  /** The routes of the rpc. */
  List<HttpRule> httpRules() {
    return httpRules;
  }

  /** The fields that may come as query parameters, by proto and JSON name. */
  Map<String, FieldDescriptor> queryFields() {
    return queryFields;
  }

  /** Whether {@code name} names a field of the request, or a part of one, in either spelling. */
  boolean isField(String name) {
    int dot = name.indexOf('.');
    return fieldNames.contains(dot < 0 ? name : name.substring(0, dot));
  }

  /** Whether a route takes a body. */
  boolean takesBody() {
    return !httpRules.get(0).getBody().isEmpty();
  }

  /** The field that the body is; null if the body is the whole request, or there is none. */
  @Nullable FieldDescriptor bodyField() {
    return bodyField;
  }

  /** The field that the rest of a path goes to; null if no route has one. */
  @Nullable PathRemainder remainder() {
    return remainder;
  }

  /** The path template of a rule. */
  static String path(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case PUT -> rule.getPut();
      case POST -> rule.getPost();
      case DELETE -> rule.getDelete();
      case PATCH -> rule.getPatch();
      case CUSTOM, PATTERN_NOT_SET -> "";
    };
  }
}
