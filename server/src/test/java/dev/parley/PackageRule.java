package dev.parley;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.stream.Stream;

/**
 * A package and what its classes may depend on.
 *
 * @param name the package below {@code dev.parley}
 * @param packages the packages that the rule covers, as ArchUnit patterns
 * @param mayUse packages that it may depend on besides its own, as ArchUnit patterns
 */
record PackageRule(String name, List<String> packages, List<String> mayUse) {
  private static final String ROOT = "dev.parley.";

  /** A rule for one package without its sub-packages. */
  static PackageRule of(String name, List<String> libraries, PackageRule... rules) {
    return new PackageRule(name, List.of(ROOT + name), mayUse(libraries, rules));
  }

  /** Extends the rule to all sub-packages. */
  PackageRule withSubpackages() {
    return new PackageRule(name, List.of(ROOT + name + ".."), mayUse);
  }

  /** Extends the rule to the named sub-packages. */
  PackageRule withSubpackages(String... below) {
    List<String> all =
        Stream.concat(packages.stream(), Stream.of(below).map(each -> ROOT + name + "." + each))
            .toList();
    return new PackageRule(name, all, mayUse);
  }

  DescribedPredicate<JavaClass> classes() {
    return JavaClass.Predicates.resideInAnyPackage(packages.toArray(String[]::new));
  }

  /** The covered packages and all packages that they may depend on. */
  String[] allowed() {
    return Stream.concat(packages.stream(), mayUse.stream()).toArray(String[]::new);
  }

  private static List<String> mayUse(List<String> libraries, PackageRule... rules) {
    return Stream.concat(
            libraries.stream(), Stream.of(rules).flatMap(rule -> rule.packages.stream()))
        .toList();
  }
}
