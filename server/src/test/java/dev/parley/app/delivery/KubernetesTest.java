package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.util.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests, read as Kubernetes reads them: a field that it does not know is refused. */
class KubernetesTest {
  private static final Path FILE =
      Path.of(System.getProperty("basedir", ""), "src/main/dist/kubernetes/parley.yaml")
          .toAbsolutePath();

  private static V1ConfigMap config;
  private static V1Service service;
  private static V1Deployment deployment;
  private static V1PodDisruptionBudget budget;
  private static V1NetworkPolicy policy;

  @BeforeAll
  static void read() throws Exception {
    List<Object> objects = Yaml.loadAll(FILE.toFile());
    assertThat(objects).hasSize(5);
    config = (V1ConfigMap) objects.get(0);
    service = (V1Service) objects.get(1);
    deployment = (V1Deployment) objects.get(2);
    budget = (V1PodDisruptionBudget) objects.get(3);
    policy = (V1NetworkPolicy) objects.get(4);
  }

  @Test
  void selectors_findThePods() {
    Map<String, String> labels = deployment.getSpec().getTemplate().getMetadata().getLabels();

    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(service.getSpec().getSelector()).isEqualTo(labels);
    assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(labels);
    assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(labels);
  }

  /** The server that the pods run would start with these settings. */
  @Test
  void settings_areOnesOfParley(@TempDir Path folder) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("parley.properties"), config.getData().get("parley.properties"));
    Map<String, String> environment =
        container().getEnv().stream()
            .collect(Collectors.toMap(V1EnvVar::getName, V1EnvVar::getValue));

    Settings settings = Settings.of(SettingsResolver.read(Map.of(), environment, file));

    assertThat(settings.host()).isEqualTo("0.0.0.0");
    assertThat(settings.port()).isEqualTo(container().getPorts().get(0).getContainerPort());
    assertThat(pod().getTerminationGracePeriodSeconds())
        .isGreaterThan(settings.drain().plus(settings.requestTimeout()).toSeconds());
  }

  @Test
  void probes_askWhatTheServerAnswers() {
    assertThat(container().getStartupProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container().getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container().getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
  }

  @Test
  void pod_hasNoMoreRightsThanItNeeds() {
    assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod().getEnableServiceLinks()).isFalse();
    assertThat(pod().getAutomountServiceAccountToken()).isFalse();
    assertThat(container().getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container().getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container().getVolumeMounts())
        .allSatisfy(
            mount ->
                assertThat(pod().getVolumes())
                    .anyMatch(volume -> volume.getName().equals(mount.getName())));
  }

  private static V1PodSpec pod() {
    return deployment.getSpec().getTemplate().getSpec();
  }

  private static V1Container container() {
    return pod().getContainers().get(0);
  }
}
