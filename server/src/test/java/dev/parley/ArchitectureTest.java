package dev.parley;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import dev.parley.storage.Store;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The server's packages depend on each other as {@link Rooms} says, and on nothing else. */
class ArchitectureTest {
  private static final JavaClasses MAIN = new ClassFileImporter().importPath(mainClasses());

  static Stream<Room> rooms() {
    return Rooms.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void room_dependencies_areInItsRow(Room room) {
    assertThat(outsideOfRow(room)).isEmpty();
  }

  @Test
  void packages_found_areInTheTable() {
    assertThat(outsideOf(Rooms.ALL))
        .as("packages without a row; a new room is declared in Rooms first")
        .isEmpty();
  }

  @Test
  void rooms_dependencies_haveNoCycle() {
    assertThat(cycles(Rooms.ALL)).isEmpty();
  }

  /** The check is the one above, the table one that says less than the code does. */
  @Test
  void room_rowTooNarrow_reported() {
    Room narrow = Room.of("storage", List.of("java.."));

    assertThat(outsideOfRow(narrow))
        .isNotEmpty()
        .anyMatch(line -> line.contains("Store") && line.contains("dev.parley.model"));
  }

  @Test
  void packages_roomNotDeclared_reported() {
    List<Room> withoutModel = Rooms.ALL.stream().filter(room -> room != Rooms.MODEL).toList();

    assertThat(outsideOf(withoutModel)).contains("dev.parley.model");
  }

  /** Two halves of the model, which of course know each other. */
  @Test
  void rooms_cycle_reported() {
    assertThat(
            evaluate(
                SlicesRuleDefinition.slices()
                    .assignedFrom(
                        assignment(
                            c -> c.getPackageName().equals("dev.parley.model") ? half(c) : ""))
                    .should()
                    .beFreeOfCycles()
                    .allowEmptyShould(true)
                    .evaluate(MAIN)))
        .isNotEmpty();
  }

  private static String half(JavaClass type) {
    return type.getSimpleName().startsWith("FieldViolation")
            || type.getSimpleName().startsWith("ErrorReason")
        ? "violations"
        : "others";
  }

  private static List<String> outsideOfRow(Room room) {
    return evaluate(
        classes()
            .that(room.classes())
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(room.reach())
            .allowEmptyShould(true)
            .evaluate(MAIN));
  }

  private static List<String> outsideOf(List<Room> table) {
    return MAIN.stream()
        .filter(type -> table.stream().noneMatch(room -> room.classes().test(type)))
        .map(JavaClass::getPackageName)
        .distinct()
        .sorted()
        .toList();
  }

  private static List<String> cycles(List<Room> table) {
    return evaluate(
        SlicesRuleDefinition.slices()
            .assignedFrom(
                assignment(
                    type ->
                        table.stream()
                            .filter(room -> room.classes().test(type))
                            .map(Room::name)
                            .findFirst()
                            .orElse("")))
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .evaluate(MAIN));
  }

  private static SliceAssignment assignment(Function<JavaClass, String> nameOrEmpty) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = nameOrEmpty.apply(type);
        return name.isEmpty() ? SliceIdentifier.ignore() : SliceIdentifier.of(name);
      }

      @Override
      public String getDescription() {
        return "rooms";
      }
    };
  }

  private static List<String> evaluate(EvaluationResult result) {
    return result.getFailureReport().getDetails();
  }

  private static Path mainClasses() {
    try {
      return Path.of(Store.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
