package dev.parley.app.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.Settings;
import dev.parley.config.SettingsResolver;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1IngressRule;
import io.kubernetes.client.openapi.models.V1IngressServiceBackend;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kubernetes manifests, as kubectl renders them. */
class KubernetesIT {
  private static final Map<String, String> LABELS = Map.of("app.kubernetes.io/name", "parley");
  private static final Map<String, Manifests> RENDERED = new HashMap<>();

  @BeforeAll
  static void render() {
    for (String name : List.of("base", "embedded", "example")) {
      RENDERED.put(name, Manifests.render(Manifests.FOLDER.resolve(name)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "embedded", "example"})
  void selectors_findThePods(String name) {
    Manifests manifests = RENDERED.get(name);

    assertThat(manifests.pod().getMetadata().getLabels()).isEqualTo(LABELS);
    for (KubernetesObject object : manifests.objects()) {
      assertThat(object.getMetadata().getLabels())
          .as(object.getKind())
          .containsAllEntriesOf(LABELS);
    }
    assertThat(manifests.one(V1Service.class).getSpec().getSelector()).isEqualTo(LABELS);
    assertThat(manifests.all(V1NetworkPolicy.class))
        .isNotEmpty()
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(LABELS));
    for (V1PodDisruptionBudget budget : manifests.all(V1PodDisruptionBudget.class)) {
      assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(LABELS);
    }
    for (V1Deployment deployment : manifests.all(V1Deployment.class)) {
      assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(LABELS);
    }
    for (V1StatefulSet set : manifests.all(V1StatefulSet.class)) {
      assertThat(set.getSpec().getSelector().getMatchLabels()).isEqualTo(LABELS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "embedded", "example"})
  void references_leadToObjectsAndPorts(String name) {
    Manifests manifests = RENDERED.get(name);
    V1PodSpec pod = manifests.pod().getSpec();
    V1ServicePort port = manifests.one(V1Service.class).getSpec().getPorts().get(0);
    String portOfPod = manifests.container().getPorts().get(0).getName();

    assertThat(port.getTargetPort().getStrValue()).isEqualTo(portOfPod);
    assertThat(manifests.container().getReadinessProbe().getHttpGet().getPort().getStrValue())
        .isEqualTo(portOfPod);
    for (V1NetworkPolicy policy : manifests.all(V1NetworkPolicy.class)) {
      assertThat(policy.getSpec().getIngress().get(0).getPorts().get(0).getPort().getStrValue())
          .isEqualTo(portOfPod);
    }
    assertThat(pod.getServiceAccountName())
        .isEqualTo(manifests.one(V1ServiceAccount.class).getMetadata().getName());
    Set<String> volumes = new HashSet<>();
    for (V1Volume volume : pod.getVolumes()) {
      volumes.add(volume.getName());
      if (volume.getConfigMap() != null) {
        assertThat(volume.getConfigMap().getName())
            .isEqualTo(manifests.one(V1ConfigMap.class).getMetadata().getName());
      }
    }
    for (V1StatefulSet set : manifests.all(V1StatefulSet.class)) {
      set.getSpec().getVolumeClaimTemplates().forEach(c -> volumes.add(c.getMetadata().getName()));
    }
    assertThat(manifests.container().getVolumeMounts())
        .extracting(V1VolumeMount::getName)
        .containsExactlyInAnyOrderElementsOf(volumes);
  }

  /** The server that the pods run would start with these settings. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "embedded", "example"})
  void settings_areOnesOfParley(String name, @TempDir Path folder) throws Exception {
    Manifests manifests = RENDERED.get(name);
    Path file =
        Files.writeString(
            folder.resolve("parley.properties"),
            manifests.one(V1ConfigMap.class).getData().get("parley.properties"));

    Settings settings = Settings.of(SettingsResolver.read(Map.of(), environment(manifests), file));

    assertThat(settings.host()).isEqualTo("0.0.0.0");
    assertThat(settings.port())
        .isEqualTo(manifests.container().getPorts().get(0).getContainerPort());
    assertThat(manifests.container().getVolumeMounts())
        .filteredOn(mount -> !Boolean.TRUE.equals(mount.getReadOnly()))
        .anyMatch(mount -> settings.data().startsWith(mount.getMountPath()));
    assertThat(manifests.pod().getSpec().getTerminationGracePeriodSeconds())
        .isGreaterThanOrEqualTo(settings.drain().toSeconds() + 30);
  }

  private static Map<String, String> environment(Manifests manifests) {
    Map<String, String> environment = new HashMap<>();
    for (V1EnvVar variable : manifests.container().getEnv()) {
      environment.put(variable.getName(), variable.getValue());
    }
    assertThat(manifests.container().getVolumeMounts())
        .anyMatch(mount -> environment.get("PARLEY_CONFIG").startsWith(mount.getMountPath()));
    return environment;
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "embedded", "example"})
  void probes_askWhatTheServerAnswers(String name) {
    var container = RENDERED.get(name).container();

    assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
  }

  /** The restricted Pod Security Standard, and a read-only root file system. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "embedded", "example"})
  void pod_hasNoMoreRightsThanItNeeds(String name) {
    V1PodSpec pod = RENDERED.get(name).pod().getSpec();
    V1SecurityContext container = RENDERED.get(name).container().getSecurityContext();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getContainers()).hasSize(1);
    assertThat(container.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getCapabilities().getAdd()).isNullOrEmpty();
    assertThat(RENDERED.get(name).container().getResources().getLimits()).containsKey("memory");
  }

  @Test
  void embedded_isOneServerWithAVolume() {
    Manifests manifests = RENDERED.get("embedded");
    var set = manifests.one(V1StatefulSet.class).getSpec();

    assertThat(manifests.all(V1Deployment.class)).isEmpty();
    assertThat(manifests.all(V1PodDisruptionBudget.class)).isEmpty();
    assertThat(set.getReplicas()).isEqualTo(1);
    assertThat(set.getServiceName())
        .isEqualTo(manifests.one(V1Service.class).getMetadata().getName());
    V1PersistentVolumeClaim claim = set.getVolumeClaimTemplates().get(0);
    assertThat(manifests.container().getVolumeMounts())
        .filteredOn(mount -> mount.getName().equals(claim.getMetadata().getName()))
        .singleElement()
        .satisfies(
            mount ->
                assertThat(environment(manifests).get("PARLEY_DATA"))
                    .startsWith(mount.getMountPath() + "/"));
  }

  @Test
  void example_setsNamespaceImageAndHost() {
    Manifests manifests = RENDERED.get("example");
    V1Ingress ingress = manifests.one(V1Ingress.class);
    V1IngressRule rule = ingress.getSpec().getRules().get(0);
    V1IngressServiceBackend backend = rule.getHttp().getPaths().get(0).getBackend().getService();
    V1Service service = manifests.one(V1Service.class);

    assertThat(manifests.objects())
        .allSatisfy(object -> assertThat(object.getMetadata().getNamespace()).isEqualTo("parley"));
    assertThat(manifests.container().getImage()).isEqualTo("registry.example.com/parley:0.1.0");
    assertThat(rule.getHost()).isEqualTo("parley.example.com");
    assertThat(ingress.getSpec().getTls().get(0).getHosts()).containsExactly(rule.getHost());
    assertThat(backend.getName()).isEqualTo(service.getMetadata().getName());
    assertThat(backend.getPort().getName())
        .isEqualTo(service.getSpec().getPorts().get(0).getName());
    assertThat(manifests.all(V1NetworkPolicy.class)).hasSize(2);
  }

  @Test
  void serviceMonitor_findsTheServiceAndNamesTheJobOfTheAlerts() {
    Manifests manifests = RENDERED.get("example");
    V1Service service = manifests.one(V1Service.class);
    String port = service.getSpec().getPorts().get(0).getName();

    assertThat(manifests.custom()).containsOnlyKeys("ServiceMonitor", "PrometheusRule");
    assertThat(manifests.custom().get("ServiceMonitor").get("spec"))
        .isEqualTo(
            Map.of(
                "jobLabel",
                "app.kubernetes.io/name",
                "selector",
                Map.of("matchLabels", service.getMetadata().getLabels()),
                "endpoints",
                List.of(Map.of("port", port, "path", "/metrics"))));
    // The alert ParleyDown asks for this job.
    assertThat(service.getMetadata().getLabels()).containsEntry("app.kubernetes.io/name", "parley");
  }

  @Test
  void objectOfTheOperator_withAnUnknownField_isRefused() {
    String yaml =
        """
        apiVersion: monitoring.coreos.com/v1
        kind: ServiceMonitor
        spec: {endpoints: [{prot: http}]}
        """;

    assertThatThrownBy(() -> Manifests.read(yaml)).hasMessageContaining("prot");
  }

  @Test
  void prometheusRule_hasTheGroupsOfTheAlerts() throws Exception {
    Map<String, Object> alerts =
        new org.yaml.snakeyaml.Yaml()
            .load(Files.readString(Manifests.FOLDER.resolve("../monitoring/alerts.yaml")));

    assertThat(RENDERED.get("example").custom().get("PrometheusRule").get("spec"))
        .isEqualTo(alerts);
  }

  /** The components also fit the other store. */
  @Test
  void example_overEmbedded_isRendered(@TempDir Path folder) throws Exception {
    copy(Manifests.FOLDER, folder);
    Path file = folder.resolve("example/kustomization.yaml");
    Files.writeString(file, Files.readString(file).replace("- ../base\n", "- ../embedded\n"));

    Manifests manifests = Manifests.render(folder.resolve("example"));

    assertThat(manifests.one(V1StatefulSet.class).getMetadata().getNamespace()).isEqualTo("parley");
    assertThat(environment(manifests)).containsKey("PARLEY_TRUSTED_PROXIES");
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copied = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copied);
        } else {
          Files.copy(file, copied);
        }
      }
    }
  }

  @Test
  void read_unknownField_fails() {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: parley}
        spec:
          replica: 3
        """;

    assertThatThrownBy(() -> Manifests.read(yaml)).hasMessageContaining("replica");
  }
}
