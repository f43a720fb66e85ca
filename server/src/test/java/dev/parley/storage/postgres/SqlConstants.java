package dev.parley.storage.postgres;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.parley.storage.postgres.sql.Sql;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All statements of the store, by the name of their constant. */
final class SqlConstants {
  private SqlConstants() {}

  static Map<String, Sql> all() {
    Map<String, Sql> found = new TreeMap<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.parley.storage.postgres")) {
      Class<?> type = each.reflect();
      if (type.isRecord()) {
        continue;
      }
      for (Field field : type.getDeclaredFields()) {
        for (Object owner : owners(type, field)) {
          String name = type.getSimpleName() + "." + field.getName();
          List<Sql> values = values(field, owner);
          for (int i = 0; i < values.size(); i++) {
            String suffix = (owner == null ? "" : "/" + owner) + (i == 0 ? "" : "/" + i);
            found.put(name + suffix, values.get(i));
          }
        }
      }
    }
    return found;
  }

  /** The objects that have the field: none for a static field, or each constant of an enum. */
  private static Collection<Object> owners(Class<?> type, Field field) {
    List<Object> owners = new ArrayList<>();
    if (Modifier.isStatic(field.getModifiers())) {
      owners.add(null);
    } else if (type.isEnum()) {
      owners.addAll(List.of(type.getEnumConstants()));
    }
    return owners;
  }

  private static List<Sql> values(Field field, Object owner) {
    try {
      field.setAccessible(true);
      Object value = field.get(owner);
      if (value instanceof Sql sql) {
        return List.of(sql);
      }
      Collection<?> all =
          value instanceof Map<?, ?> map
              ? map.values()
              : value instanceof Collection<?> collection ? collection : List.of();
      return all.stream().filter(Sql.class::isInstance).map(Sql.class::cast).toList();
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
