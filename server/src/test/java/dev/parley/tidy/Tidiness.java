package dev.parley.tidy;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** All rules by name, and what they find in this repository. */
public final class Tidiness {
  private static final Map<String, Function<Source, List<String>>> TEXT = new LinkedHashMap<>();
  private static final Map<String, Function<Source, List<String>>> JAVA = new LinkedHashMap<>();

  static {
    TEXT.put("columns", TextRules::columns);
    TEXT.put("length of files", TextRules::length);
    TEXT.put("tabs", TextRules::tabs);
    TEXT.put("trailing space", TextRules::trailingSpace);
    TEXT.put("final newline", TextRules::finalNewline);
    TEXT.put("marks of unfinished work", TextRules::marks);
    JAVA.put("length of methods", MethodLength::tooLong);
    JAVA.put("standard streams", JavaRules::standardStreams);
    JAVA.put("stack traces", JavaRules::stackTraces);
    JAVA.put("sleeps", JavaRules::sleeps);
    JAVA.put("disabled tests", JavaRules::disabledTests);
    JAVA.put("empty names", JavaRules::emptyNames);
  }

  private Tidiness() {}

  /** The names of the rules that look at one file at a time. */
  public static List<String> fileRules() {
    return Stream.of(TEXT, JAVA).flatMap(rules -> rules.keySet().stream()).toList();
  }

  /** What a rule finds, as {@code file:line: what}. */
  public static List<String> findings(String rule) {
    return findings(rule, Repository.sources());
  }

  static List<String> findings(String rule, Collection<Source> sources) {
    return sources.stream()
        .filter(source -> TEXT.containsKey(rule) || source.isJava())
        .flatMap(source -> TEXT.getOrDefault(rule, JAVA.get(rule)).apply(source).stream())
        .toList();
  }

  /** Main packages that do not say what they are for. */
  public static List<String> packagesWithoutInfo() {
    return TreeRules.packageInfo(Repository.sources());
  }

  /** Resources that nothing names. */
  public static List<String> unusedResources() {
    return TreeRules.unusedResources(
        Repository.resources(),
        Stream.of(Repository.sources(), Repository.naming()).flatMap(List::stream).toList());
  }

  /** How many sources the rules looked at. */
  public static int sourceCount() {
    return Repository.sources().size();
  }
}
