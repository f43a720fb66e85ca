package dev.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.config.ReferenceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reference tables in {@code server/docs}, the reference configuration and the alerts for
 * Kubernetes are generated. {@code mvn test -Dtest=ReferenceDocsTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dparley.docs.write} writes them.
 */
class ReferenceDocsTest {
  private static final boolean WRITE = System.getProperty("parley.docs.write") != null;
  private static final Path REFERENCE_FILE =
      Path.of(System.getProperty("basedir", ""))
          .toAbsolutePath()
          .resolve("src/main/dist/conf/parley.properties");

  static Stream<GeneratedSection> sections() throws IOException {
    return Stream.of(
            SettingTables.sections(),
            RouteTables.sections(),
            PermissionTables.sections(),
            ErrorTable.sections(),
            LimitTables.sections())
        .flatMap(sections -> sections);
  }

  @ParameterizedTest
  @MethodSource("sections")
  void section_inDocument_isGeneratedFromTheCode(GeneratedSection section) throws IOException {
    if (WRITE) {
      section.write();
    }
    assertThat(section.present()).isEqualTo(section.text());
  }

  @Test
  void referenceFile_isGeneratedFromTheSettings() throws IOException {
    if (WRITE) {
      Files.writeString(REFERENCE_FILE, ReferenceFile.text());
    }
    assertThat(Files.readString(REFERENCE_FILE)).isEqualTo(ReferenceFile.text());
  }

  @Test
  void prometheusRule_isGeneratedFromTheAlerts() throws IOException {
    if (WRITE) {
      Files.writeString(PrometheusRule.FILE, PrometheusRule.text());
    }
    assertThat(Files.readString(PrometheusRule.FILE)).isEqualTo(PrometheusRule.text());
  }
}
