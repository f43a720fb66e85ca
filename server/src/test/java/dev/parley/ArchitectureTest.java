package dev.parley;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main code keeps the dependency rules in {@link PackageRules} and the limits of packages. */
class ArchitectureTest {
  private static final int TYPES_PER_PACKAGE_MAX = 16;

  /** The server and the client, without tests and generated stubs. */
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/dev/parley/proto/"))
          .importPackages("dev.parley");

  static Stream<PackageRule> rules() {
    return PackageRules.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void package_dependsOnlyOnWhatItsRuleAllows(PackageRule rule) {
    assertThat(forbiddenDependencies(rule)).isEmpty();
  }

  @Test
  void everyPackage_hasARule() {
    assertThat(packagesWithoutRule(PackageRules.ALL)).isEmpty();
  }

  @Test
  void classes_areThoseOfServerAndClient() {
    assertThat(MAIN.contain("dev.parley.app.Main")).isTrue();
    assertThat(MAIN.contain("dev.parley.client.ParleyClient")).isTrue();
    assertThat(MAIN.contain("dev.parley.ArchitectureTest")).isFalse();
  }

  @Test
  void packages_haveNoCycles() {
    assertThat(
            failures(
                SlicesRuleDefinition.slices()
                    .matching("dev.parley.(**)")
                    .should()
                    .beFreeOfCycles()))
        .isEmpty();
  }

  @Test
  void package_hasAtMost16Types() {
    Map<String, Long> sizes =
        MAIN.stream()
            .filter(JavaClass::isTopLevelClass)
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .filter(type -> !type.getSource().flatMap(s -> s.getFileName()).orElse("").isEmpty())
            .collect(
                java.util.stream.Collectors.groupingBy(
                    JavaClass::getPackageName, java.util.stream.Collectors.counting()));
    sizes.values().removeIf(size -> size <= TYPES_PER_PACKAGE_MAX);

    assertThat(sizes).isEmpty();
  }

  @Test
  void forbiddenDependency_isReported() {
    PackageRule tooNarrow = PackageRule.of("storage", List.of("java.."));

    assertThat(forbiddenDependencies(tooNarrow))
        .anyMatch(line -> line.contains("Store") && line.contains("dev.parley.model"));
  }

  @Test
  void packageWithoutRule_isReported() {
    List<PackageRule> withoutModel =
        PackageRules.ALL.stream().filter(rule -> rule != PackageRules.MODEL).toList();

    assertThat(packagesWithoutRule(withoutModel)).contains("dev.parley.model");
  }

  private static List<String> forbiddenDependencies(PackageRule rule) {
    return failures(
        classes()
            .that(rule.classes())
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(rule.allowed())
            .allowEmptyShould(true));
  }

  private static List<String> packagesWithoutRule(List<PackageRule> rules) {
    return MAIN.stream()
        .filter(type -> rules.stream().noneMatch(rule -> rule.classes().test(type)))
        .map(JavaClass::getPackageName)
        .distinct()
        .sorted()
        .toList();
  }

  private static List<String> failures(ArchRule rule) {
    return rule.evaluate(MAIN).getFailureReport().getDetails();
  }
}
