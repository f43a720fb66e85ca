package dev.parley.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule finds the fault it is there for, where it is, and leaves its neighbour alone. */
class TidinessTest {
  private static final String PATH = "server/src/main/java/dev/parley/core/Dogs.java";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tabs | `a\tb`",
        "trailing space | `int a; `",
        "trailing space | `int a;\r`",
        "marks of unfinished work | // TODO feed it",
        "marks of unfinished work | /* FIXME */",
        "marks of unfinished work | int a; // XXX",
        "standard streams | System.out.println(1);",
        "standard streams | System . err.println(1);",
        "stack traces | e.printStackTrace();",
        "sleeps | Thread.sleep(1);",
        "sleeps | TimeUnit.SECONDS.sleep(1);",
        "sleeps | import static java.lang.Thread.sleep;",
        "disabled tests | @Disabled",
        "disabled tests | @Disabled(`why`)",
        "empty names | class DogUtils {}",
        "empty names | final class DogImpl implements Dog {}",
        "empty names | record Helper(int a) {}",
        "empty names | interface DogManager {}",
      })
  void line_breaksRule_reportedWhereItIs(String rule, String line) {
    assertThat(findings(rule, "// Dogs.\n" + line + "\n"))
        .singleElement()
        .asString()
        .startsWith(PATH + ":2: ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "marks of unfinished work | // TODO(#12) feed it",
        "marks of unfinished work | String a = \"TODO\";",
        "standard streams | // System.out is for commands.",
        "standard streams | String a = \"System.out\";",
        "stack traces | e.printStackTrace(writer);",
        "sleeps | asleep(1);",
        "disabled tests | @DisabledOnOs",
        "empty names | class Implementation {}",
        "empty names | class Utility {}",
      })
  void line_keepsRule_empty(String rule, String line) {
    assertThat(findings(rule, line + "\n")).isEmpty();
  }

  @Test
  void columns_bound_isKeptAndOneMoreIsNot() {
    assertThat(findings("columns", "é".repeat(100) + "\n")).isEmpty();
    assertThat(findings("columns", "\n" + "é".repeat(101) + "\n"))
        .containsExactly(PATH + ":2: more than 100 columns");
    assertThat(findings("columns", "import " + "a".repeat(101) + ";\n")).isEmpty();
  }

  @Test
  void lengthOfFiles_bound_isKeptAndOneMoreIsNot() {
    assertThat(findings("length of files", "a\n".repeat(400))).isEmpty();
    assertThat(findings("length of files", "a\n".repeat(401)))
        .containsExactly(PATH + ":401: the file has 401 lines, more than 400");
    Source proto = new Source("proto/src/main/proto/a.proto", "a\n".repeat(601));
    assertThat(Tidiness.findings("length of files", List.of(proto))).hasSize(1);
  }

  @Test
  void finalNewline_missingOrDoubled_reported() {
    assertThat(findings("final newline", "a\nb"))
        .containsExactly(PATH + ":2: no newline at the end of the file");
    assertThat(findings("final newline", "a\n\n")).hasSize(1);
    assertThat(findings("final newline", "a\n")).isEmpty();
  }

  @Test
  void standardStreams_inCommands_allowedInMainOnly() {
    String print = "System.out.println(1);\n";
    Source command = new Source("server/src/main/java/dev/parley/app/Keys.java", print);
    Source test = new Source("server/src/test/java/dev/parley/app/KeysTest.java", print);

    assertThat(Tidiness.findings("standard streams", List.of(command))).isEmpty();
    assertThat(Tidiness.findings("standard streams", List.of(test))).hasSize(1);
  }

  @Test
  void packageInfo_missing_reportedForMainOnly() {
    Source main = new Source(PATH, "class Dogs {}\n");
    Source test = new Source("server/src/test/java/dev/parley/core/DogsTest.java", "");
    Source info = new Source("server/src/main/java/dev/parley/core/package-info.java", "");

    assertThat(TreeRules.packageInfo(List.of(main, test)))
        .containsExactly("server/src/main/java/dev/parley/core:1: no package-info.java");
    assertThat(TreeRules.packageInfo(List.of(main, test, info))).isEmpty();
  }

  @Test
  void unusedResources_namedByFileOrFolder_onlyOthersReported() {
    List<String> resources =
        List.of(
            "server/src/main/resources/logback.xml",
            "server/src/main/resources/META-INF/services/p.Dog",
            "server/src/main/resources/db/001_dogs.sql",
            "server/src/test/resources/wire/dogs/one.json",
            "server/src/test/resources/cats.json");
    Source user = new Source(PATH, "open(\"db/001_dogs.sql\"); list(\"/wire/dogs\");\n");

    assertThat(TreeRules.unusedResources(resources, List.of(user)))
        .containsExactly("server/src/test/resources/cats.json:1: nothing names this resource");
    assertThat(TreeRules.unusedResources(resources, List.of())).hasSize(3);
  }

  private static List<String> findings(String rule, String text) {
    return Tidiness.findings(rule, List.of(new Source(PATH, text)));
  }
}
