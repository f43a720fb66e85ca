package dev.parley;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.tidy.Tidiness;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The sources of both modules keep the rules of {@code dev.parley.tidy}. */
class TidyTest {
  static Stream<String> rules() {
    return Tidiness.fileRules().stream();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void sources_rule_isKept(String rule) {
    assertThat(Tidiness.findings(rule)).isEmpty();
  }

  @Test
  void mainPackages_each_hasPackageInfo() {
    assertThat(Tidiness.packagesWithoutInfo()).isEmpty();
  }

  @Test
  void resources_each_isNamedSomewhere() {
    assertThat(Tidiness.unusedResources()).isEmpty();
  }

  /** A walk that finds no file would find no fault either. */
  @Test
  void sources_walked_areThere() {
    assertThat(Tidiness.sourceCount()).isGreaterThan(30);
  }
}
