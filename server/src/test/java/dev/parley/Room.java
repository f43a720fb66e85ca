package dev.parley;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.stream.Stream;

/**
 * A room of the house: a package and what its classes may depend on.
 *
 * @param name the package below {@code dev.parley}
 * @param packages the packages that belong to it, as ArchUnit patterns
 * @param mayUse packages that it may depend on, beside its own, as ArchUnit patterns
 */
record Room(String name, List<String> packages, List<String> mayUse) {
  private static final String ROOT = "dev.parley.";

  /** A room of one package, without those below it. */
  static Room of(String name, List<String> libraries, Room... rooms) {
    return new Room(name, List.of(ROOT + name), mayUse(libraries, rooms));
  }

  /** This room with the packages below it, which are no rooms of their own. */
  Room withPackagesBelow() {
    return new Room(name, List.of(ROOT + name + ".."), mayUse);
  }

  /** This room with packages below it that are part of it. */
  Room with(String... below) {
    List<String> all =
        Stream.concat(packages.stream(), Stream.of(below).map(each -> ROOT + name + "." + each))
            .toList();
    return new Room(name, all, mayUse);
  }

  DescribedPredicate<JavaClass> classes() {
    return JavaClass.Predicates.resideInAnyPackage(packages.toArray(String[]::new));
  }

  /** Its own packages and all that it may use. */
  String[] reach() {
    return Stream.concat(packages.stream(), mayUse.stream()).toArray(String[]::new);
  }

  private static List<String> mayUse(List<String> libraries, Room... rooms) {
    return Stream.concat(
            libraries.stream(), Stream.of(rooms).flatMap(room -> room.packages.stream()))
        .toList();
  }
}
