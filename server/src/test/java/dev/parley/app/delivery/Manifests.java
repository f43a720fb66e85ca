package dev.parley.app.delivery;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.testing.Kubectl;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1PodTemplateSpec;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of a kustomization, rendered by kubectl and read as Kubernetes reads them: an unknown
 * kind or field is an error.
 *
 * @param objects the objects of Kubernetes itself
 * @param custom the objects of the Prometheus Operator by their kind
 */
record Manifests(List<KubernetesObject> objects, Map<String, Map<String, Object>> custom) {
  /** The types of the custom objects, by their kind. */
  private static final Map<String, Class<?>> CUSTOM_TYPES =
      Map.of("ServiceMonitor", ServiceMonitor.class, "PrometheusRule", PrometheusRule.class);

  /** The types collect unknown fields. Without this, these are errors. */
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                  return false;
                }
              })
          .build();

  static final Path FOLDER =
      Path.of(System.getProperty("basedir", ""), "src/main/dist/kubernetes").toAbsolutePath();

  private static final String CUSTOM = "monitoring.coreos.com/v1";

  static Manifests render(Path kustomization) {
    return read(Kubectl.kustomize(kustomization));
  }

  static Manifests read(String yaml) {
    List<String> documents = new ArrayList<>();
    Map<String, Map<String, Object>> custom = new HashMap<>();
    for (String document : yaml.split("(?m)^---$")) {
      Map<String, Object> tree = new org.yaml.snakeyaml.Yaml().load(document);
      if (CUSTOM.equals(tree.get("apiVersion"))) {
        String kind = (String) tree.get("kind");
        STRICT.convertValue(tree, CUSTOM_TYPES.get(kind));
        custom.put(kind, tree);
      } else {
        documents.add(document);
      }
    }
    try {
      List<Object> objects = Yaml.loadAll(String.join("---", documents));
      return new Manifests(objects.stream().map(KubernetesObject.class::cast).toList(), custom);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  <T> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T> T one(Class<T> type) {
    List<T> all = all(type);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " objects are " + type.getSimpleName());
    }
    return all.get(0);
  }

  V1PodTemplateSpec pod() {
    return all(V1StatefulSet.class).isEmpty()
        ? one(V1Deployment.class).getSpec().getTemplate()
        : one(V1StatefulSet.class).getSpec().getTemplate();
  }

  V1Container container() {
    return pod().getSpec().getContainers().get(0);
  }
}
