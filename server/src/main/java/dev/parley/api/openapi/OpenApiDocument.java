package dev.parley.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.parley.api.call.ApiDefinition;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.openapi.Schemas.Direction;
import dev.parley.proto.v1.AnnotationsProto;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Generates the OpenAPI 3.0 document of one API. The title, the security schemes and the error
 * schema come from the resource {@code <api>.json}, and what all documents share from {@code
 * common.json}. Everything else comes from the protos.
 */
public final class OpenApiDocument {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;

  /** Nouns in the names of services that have no plural. */
  private static final Set<String> UNCOUNTABLE = Set.of("Audit", "Retention", "Search");

  private final ApiDefinition api;
  private final ProtoComments comments;
  private final Examples examples = new Examples();
  private final ObjectNode document;
  private final Schemas schemas;
  private final ErrorAnswers errors;

  private OpenApiDocument(ApiDefinition api, Map<String, String> requests) {
    this.api = api;
    comments = ProtoComments.load();
    document = frame(api.name());
    ObjectNode components = (ObjectNode) document.get("components");
    schemas = new Schemas(components.withObjectProperty("schemas"), comments);
    boolean ids = components.at("/schemas/Error/properties").has("errorInstanceId");
    errors = new ErrorAnswers(new PossibleFailures(comments, ids), api.errors(), components);
    services().forEach(service -> examples.add(service.getFullName(), requests));
  }

  /**
   * Generates the document of {@code api}, in UTF-8. Takes about ten milliseconds and reads
   * resources.
   *
   * @param requests an example for each RPC: the JSON of a whole request, by {@code
   *     package.Service/Method}
   */
  public static byte[] of(ApiDefinition api, Map<String, String> requests) {
    OpenApiDocument openApi = new OpenApiDocument(api, requests);
    openApi.addRoutes();
    try {
      return JSON.writeValueAsBytes(openApi.document);
    } catch (IOException e) {
      throw new IllegalStateException("The document cannot be written.", e);
    }
  }

  private static ObjectNode frame(String api) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    merge(document, "common.json");
    merge(document, api + ".json");
    return document;
  }

  private static void merge(ObjectNode document, String resource) {
    try (InputStream in =
        Objects.requireNonNull(OpenApiDocument.class.getResourceAsStream(resource), resource)) {
      JSON.readerForUpdating(document).readValue(in);
    } catch (IOException e) {
      throw new IllegalStateException("The jar lacks " + resource, e);
    }
  }

  private Stream<ServiceDescriptor> services() {
    return api.services().stream()
        .map(ServiceHandlers::service)
        .map(service -> (ProtoServiceDescriptorSupplier) service.getSchemaDescriptor())
        .map(Objects::requireNonNull)
        .map(ProtoServiceDescriptorSupplier::getServiceDescriptor);
  }

  private void addRoutes() {
    Map<String, String> tags = new TreeMap<>();
    ObjectNode paths = JsonNodeFactory.instance.objectNode();
    services()
        .forEach(
            service -> {
              for (MethodDescriptor rpc : service.getMethods()) {
                List<Route> routes = Route.of(rpc);
                for (Route route : routes) {
                  tags.put(tag(service), comments.of(service));
                  paths
                      .withObjectProperty(route.path())
                      .set(route.verb(), operation(route, routes.indexOf(route) > 0));
                }
              }
            });
    ArrayNode list = document.putArray("tags");
    tags.forEach((name, comment) -> list.addObject().put("name", name).put("description", comment));
    document.set("paths", paths);
  }

  private ObjectNode operation(Route route, boolean further) {
    MethodDescriptor rpc = route.rpc();
    ObjectNode operation = JsonNodeFactory.instance.objectNode();
    operation.put("operationId", operationId(route, further));
    operation.putArray("tags").add(tag(rpc.getService()));
    operation.put("summary", words(rpc.getName()));
    String scope = rpc.getOptions().getExtension(AnnotationsProto.scope);
    String comment = comments.of(rpc).replaceFirst("^[A-Z]+ /\\S+[:.]\\s*", "");
    operation.put(
        "description",
        (comment.isEmpty() ? "" : capitalised(comment) + "\n\n")
            + "Requires the scope `%s`. Over gRPC: `%s/%s`."
                .formatted(scope, rpc.getService().getFullName(), rpc.getName()));
    addParameters(operation, route);
    addBody(operation, route);
    addAnswers(operation.putObject("responses"), route);
    return operation;
  }

  private void addParameters(ObjectNode operation, Route route) {
    if (route.pathFields().isEmpty() && route.queryFields().isEmpty()) {
      return;
    }
    ArrayNode parameters = operation.putArray("parameters");
    for (FieldDescriptor field : route.pathFields()) {
      ObjectNode parameter =
          parameter(field).put("name", field.getName()).put("in", "path").put("required", true);
      JsonNode example = examples.value(route.rpc(), field);
      if (example != null) {
        parameter.set("example", example);
      }
      boolean last = field.equals(route.pathFields().get(route.pathFields().size() - 1));
      if (last && route.takesRemainder()) {
        parameter.put("x-path-remainder", true);
      }
      parameters.add(parameter);
    }
    for (FieldDescriptor field : route.queryFields()) {
      parameters.add(
          parameter(field)
              .put("name", field.getJsonName())
              .put("in", "query")
              .put("required", Schemas.isDemanded(field)));
    }
  }

  private ObjectNode parameter(FieldDescriptor field) {
    ObjectNode parameter = JsonNodeFactory.instance.objectNode();
    parameter.put("description", comments.of(field));
    parameter.set("schema", schemas.value(field, Direction.REQUEST));
    return parameter;
  }

  private void addBody(ObjectNode operation, Route route) {
    if (!route.hasBody()) {
      return;
    }
    FieldDescriptor field = route.bodyField();
    ObjectNode body = operation.putObject("requestBody");
    body.put("required", route.bodyFields().stream().anyMatch(Schemas::isDemanded));
    ObjectNode content = body.putObject("content").putObject("application/json");
    content.set(
        "schema",
        field == null
            ? schemas.body(route.rpc().getInputType().getName(), route.bodyFields())
            : schemas.body(field.getMessageType(), Direction.REQUEST));
    JsonNode example = field == null ? bodyExample(route) : examples.value(route.rpc(), field);
    if (example != null) {
      content.set("example", example);
    }
  }

  /** Returns the example request without the fields of the path. */
  private @Nullable JsonNode bodyExample(Route route) {
    JsonNode request = examples.request(route.rpc());
    if (request == null) {
      return null;
    }
    ObjectNode body = request.deepCopy();
    route.pathFields().forEach(field -> body.remove(field.getJsonName()));
    return body;
  }

  private void addAnswers(ObjectNode answers, Route route) {
    int status = route.rpc().getOptions().getExtension(AnnotationsProto.successStatus);
    ObjectNode success = answers.putObject(Integer.toString(status == 0 ? OK : status));
    String comment = comments.of(route.rpc().getOutputType());
    success.put("description", comment.isEmpty() ? "Success." : comment);
    ObjectNode schema =
        status == NO_CONTENT ? null : schemas.body(route.rpc().getOutputType(), Direction.RESPONSE);
    if (schema != null) {
      String type = route.rpc().isServerStreaming() ? "text/event-stream" : "application/json";
      success.putObject("content").putObject(type).set("schema", schema);
    }
    errors.addTo(answers, route, path(route));
  }

  /** Returns the path with example values. */
  private String path(Route route) {
    String path = route.path();
    for (FieldDescriptor field : route.pathFields()) {
      JsonNode example = examples.value(route.rpc(), field);
      if (example != null) {
        path = path.replace("{" + field.getName() + "}", example.asText());
      }
    }
    return path;
  }

  private static String operationId(Route route, boolean further) {
    String name = route.rpc().getName();
    String id = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    if (!further) {
      return id;
    }
    int verb = route.path().lastIndexOf(':');
    if (verb > route.path().lastIndexOf('/')) {
      return id + capitalised(route.path().substring(verb + 1));
    }
    String by = route.pathFields().get(route.pathFields().size() - 1).getJsonName();
    return id + "By" + capitalised(by);
  }

  /** Converts "SessionService" to "Sessions". */
  private static String tag(ServiceDescriptor service) {
    String noun = service.getName().replaceFirst("Service$", "");
    if (UNCOUNTABLE.contains(noun)) {
      return noun;
    }
    return noun + (noun.endsWith("ch") ? "es" : "s");
  }

  /** Converts "ListSessions" to "List sessions". */
  private static String words(String name) {
    String words = name.replaceAll("(?<=.)([A-Z])", " $1").toLowerCase(Locale.ROOT);
    return capitalised(words);
  }

  private static String capitalised(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
