package dev.parley.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The alerts as a custom resource of the Prometheus Operator. */
final class PrometheusRule {
  static final Path FILE = dist("kubernetes/components/monitoring/prometheus-rule.yaml");

  private static final String HEAD =
      """
      # Generated from monitoring/alerts.yaml. A test checks that both are equal. Do not edit.
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: parley
        labels: {app.kubernetes.io/name: parley}
      spec:
      """;

  private PrometheusRule() {}

  private static Path dist(String file) {
    return Path.of(System.getProperty("basedir", ""), "src/main/dist")
        .toAbsolutePath()
        .resolve(file);
  }

  static String text() throws IOException {
    return Files.readAllLines(dist("monitoring/alerts.yaml")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> "  " + line + "\n")
        .collect(Collectors.joining("", HEAD, ""));
  }
}
