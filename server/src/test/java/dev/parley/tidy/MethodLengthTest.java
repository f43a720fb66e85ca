package dev.parley.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods are found and measured whatever stands around and inside of them. */
class MethodLengthTest {
  private static final String SIGNATURE = "  void walk(int a) {\n";

  @Test
  void tooLong_bound_isKeptAndOneMoreIsNot() {
    assertThat(tooLong("class A {\n" + SIGNATURE + body(58) + "  }\n}\n")).isEmpty();
    assertThat(tooLong("class A {\n" + SIGNATURE + body(59) + "  }\n}\n"))
        .containsExactly("A.java:2: a method of 61 lines, more than 60");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  @X({1, 2})\n  void walk(int a) throws B {\n",
        "  A(int a) {\n",
        "  static {\n",
        "  Runnable walk = () -> {\n",
        "  String a = \"}\"; char b = '{'; // }\n  void walk() {\n",
        "  String a = \"\"\"\n    } \\\"\"\" }\n    \"\"\";\n  void walk() {\n",
        "  void run() {}\n  void walk() {\n    list.forEach(a -> {\n      go(); });\n",
      })
  void tooLong_anyKindOfMethod_found(String opening) {
    assertThat(tooLong("class A {\n" + opening + body(60) + "}}\n")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "  record B(int a) {\n    B {\n",
        "  enum B {\n    C, D;\n    void walk() {\n",
        "  interface B { default void walk() {\n",
        "  void walk() { new B() { void run() {} }; {\n",
      })
  void tooLong_methodInsideOfMore_found(String opening) {
    assertThat(tooLong("class A {\n" + opening + body(60) + "}}}\n")).hasSize(1);
  }

  @Test
  void tooLong_methodOfEnumConstant_found() {
    String opening = "enum A {\n  B {\n    void walk() {\n";

    assertThat(tooLong(opening + body(60) + "}}}\n")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"class B {\n", "enum B {\n", "record B(int a) {\n"})
  void tooLong_longTypeOfShortMethods_empty(String type) {
    String methods = "  void walk() {\n    run();\n  }\n".repeat(40);

    assertThat(tooLong("class A {\n" + type + "  C;\n" + methods + "}\n}\n")).isEmpty();
  }

  private static String body(int lines) {
    return "    if (a) { run(); }\n".repeat(lines);
  }

  private static List<String> tooLong(String text) {
    return MethodLength.tooLong(new Source("A.java", text));
  }
}
