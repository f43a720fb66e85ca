package dev.parley.api.rest;

import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.json.JsonNames;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One route of an RPC: one {@code google.api.http} rule.
 *
 * @param rpc the RPC
 * @param method the HTTP method
 * @param segments the segments of the path template
 * @param pathFields the fields of the path variables, in the order of the path
 * @param takesBody whether the route has a body
 * @param bodyField the field that is the body; null if the body is the whole request, or there is
 *     none
 * @param queryFields the fields of the query parameters, by proto and JSON name
 * @param fieldNames all names of all fields of the request
 * @param status the status of a successful response
 * @param prototype an empty request
 */
record RestRoute(
    RpcBinding rpc,
    HttpMethod method,
    List<String> segments,
    List<FieldDescriptor> pathFields,
    boolean takesBody,
    @Nullable FieldDescriptor bodyField,
    Map<String, FieldDescriptor> queryFields,
    Set<String> fieldNames,
    HttpStatus status,
    Message prototype) {

  private static final String WHOLE_REQUEST = "*";

  /** Returns the routes of the RPC; empty if it is for gRPC only. */
  static List<RestRoute> of(RpcBinding rpc) {
    HttpRule rule = rpc.descriptor().getOptions().getExtension(AnnotationsProto.http);
    return Stream.concat(Stream.of(rule), rule.getAdditionalBindingsList().stream())
        .filter(each -> each.getPatternCase() != HttpRule.PatternCase.PATTERN_NOT_SET)
        .map(each -> of(rpc, each))
        .toList();
  }

  /**
   * Returns the route for JSON requests to the path of the RPC itself, which the pages under /docs
   * use.
   */
  static RestRoute ofRpcPath(RpcBinding rpc) {
    return of(
        rpc,
        HttpRule.newBuilder()
            .setPost("/" + rpc.handler().method().getFullMethodName())
            .setBody(WHOLE_REQUEST)
            .build());
  }

  private static RestRoute of(RpcBinding rpc, HttpRule rule) {
    Descriptor request = rpc.descriptor().getInputType();
    List<String> segments = Arrays.asList(template(rule).substring(1).split("/"));
    List<FieldDescriptor> pathFields = new ArrayList<>();
    for (String segment : segments) {
      PathSegment parsed = PathSegment.parse(segment);
      if (parsed.variable() != null) {
        pathFields.add(Objects.requireNonNull(request.findFieldByName(parsed.variable()), segment));
      }
    }
    boolean whole = rule.getBody().equals(WHOLE_REQUEST);
    FieldDescriptor body = whole ? null : request.findFieldByName(rule.getBody());
    Map<String, FieldDescriptor> queryFields = new HashMap<>();
    Set<String> fieldNames = new HashSet<>();
    for (FieldDescriptor field : request.getFields()) {
      Set<String> names = names(field);
      fieldNames.addAll(names);
      if (!whole && !field.equals(body) && !pathFields.contains(field)) {
        names.forEach(name -> queryFields.put(name, field));
      }
    }
    return new RestRoute(
        rpc,
        HttpMethod.valueOf(rule.getPatternCase().name()),
        segments,
        List.copyOf(pathFields),
        whole || body != null,
        body,
        Map.copyOf(queryFields),
        Set.copyOf(fieldNames),
        successStatus(rpc),
        prototype(rpc));
  }

  private static Message prototype(RpcBinding rpc) {
    return (Message)
        Objects.requireNonNull(
            ((PrototypeMarshaller<?>) rpc.handler().method().getRequestMarshaller())
                .getMessagePrototype());
  }

  private static HttpStatus successStatus(RpcBinding rpc) {
    int status =
        rpc.descriptor()
            .getOptions()
            .getExtension(dev.parley.proto.v1.AnnotationsProto.successStatus);
    HttpStatus success = status == 0 ? HttpStatus.OK : HttpStatus.valueOf(status);
    if (!success.isSuccess()) {
      throw new IllegalStateException(
          "The RPC " + rpc.descriptor().getFullName() + " declares no success status: " + status);
    }
    return success;
  }

  /**
   * A query parameter can always have its lowerCamelCase name, even if JSON uses another name.
   * Brackets can follow the name of a list, because some clients write {@code include[]=a}.
   */
  private static Set<String> names(FieldDescriptor field) {
    Set<String> names = new HashSet<>();
    for (String name :
        List.of(field.getName(), field.getJsonName(), JsonNames.of(field.getName()))) {
      names.add(name);
      if (field.isRepeated()) {
        names.add(name + "[]");
      }
    }
    return Set.copyOf(names);
  }

  private static String template(HttpRule rule) {
    return switch (rule.getPatternCase()) {
      case GET -> rule.getGet();
      case PUT -> rule.getPut();
      case POST -> rule.getPost();
      case DELETE -> rule.getDelete();
      case PATCH -> rule.getPatch();
      case CUSTOM, PATTERN_NOT_SET ->
          throw new IllegalArgumentException("The route has no HTTP method: " + rule);
    };
  }

  /** Whether {@code name} is a field of the request or a path to one. */
  boolean isField(String name) {
    int dot = name.indexOf('.');
    return fieldNames.contains(dot < 0 ? name : name.substring(0, dot));
  }
}
