package dev.parley.tidy;

import java.util.List;
import java.util.regex.Pattern;

/** Rules for Java code. Comments and literals may say what they like. */
final class JavaRules {
  private static final Pattern STANDARD_STREAM =
      Pattern.compile("\\bSystem\\s*\\.\\s*(out|err)\\b");
  private static final Pattern STACK_TRACE =
      Pattern.compile("\\.\\s*printStackTrace\\s*\\(\\s*\\)");
  private static final Pattern SLEEP = Pattern.compile("\\bThread\\s*\\.\\s*sleep\\b|\\.sleep\\(");
  private static final Pattern DISABLED = Pattern.compile("@Disabled\\b");
  private static final Pattern EMPTY_NAME =
      Pattern.compile(
          "\\b(class|interface|enum|record)\\s+\\w*(Utils?|Helpers?|Impl|Managers?)\\b");

  private JavaRules() {}

  /** Only commands and benchmarks talk to the console; all else logs or returns. */
  static List<String> standardStreams(Source source) {
    boolean command = source.path().contains("/dev/parley/app/") && source.isMain();
    return command || source.path().contains("/dev/parley/bench/")
        ? List.of()
        : find(source, STANDARD_STREAM, "prints to a standard stream");
  }

  /** A stack trace belongs in the log, once. */
  static List<String> stackTraces(Source source) {
    return find(source, STACK_TRACE, "prints a stack trace");
  }

  /** Waiting by the clock is slow or flaky, mostly both. */
  static List<String> sleeps(Source source) {
    return find(source, SLEEP, "sleeps");
  }

  /** A test is fixed or deleted. */
  static List<String> disabledTests(Source source) {
    return find(source, DISABLED, "a disabled test");
  }

  /** A type is named after what it is about. */
  static List<String> emptyNames(Source source) {
    return find(source, EMPTY_NAME, "a name that says nothing");
  }

  private static List<String> find(Source source, Pattern pattern, String what) {
    return TextRules.each(
        source, JavaCode.of(source).code(), line -> pattern.matcher(line).find(), what);
  }
}
