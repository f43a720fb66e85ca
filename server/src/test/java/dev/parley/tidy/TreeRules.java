package dev.parley.tidy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rules about which files there are. */
final class TreeRules {
  private static final String RESOURCES = "/resources/";

  /** Found by name by the library that reads them. */
  private static final Set<String> KNOWN_BY_NAME = Set.of("logback.xml", "logback-test.xml");

  private TreeRules() {}

  /** Each main package says in one line what it is for. */
  static List<String> packageInfo(Collection<Source> sources) {
    Set<String> packages = new TreeSet<>();
    Set<String> described = new TreeSet<>();
    for (Source source : sources) {
      if (source.isJava() && source.isMain()) {
        packages.add(source.folder());
        if (source.name().equals("package-info.java")) {
          described.add(source.folder());
        }
      }
    }
    packages.removeAll(described);
    return packages.stream().map(p -> p + ":1: no package-info.java").toList();
  }

  /**
   * A resource is used: its name, its path or the path of a folder that it is in stands in a source
   * or in another resource.
   *
   * @param resources paths from the top of the repository
   * @param users sources and resources that may name them
   */
  static List<String> unusedResources(Collection<String> resources, Collection<Source> users) {
    return resources.stream()
        .filter(path -> !path.contains("/META-INF/"))
        .filter(path -> !KNOWN_BY_NAME.contains(path.substring(path.lastIndexOf('/') + 1)))
        .filter(path -> users.stream().noneMatch(user -> names(user, path)))
        .map(path -> path + ":1: nothing names this resource")
        .collect(Collectors.toList());
  }

  private static boolean names(Source user, String resource) {
    if (user.path().equals(resource)) {
      return false;
    }
    String path = resource.substring(resource.indexOf(RESOURCES) + RESOURCES.length());
    if (user.text().contains(resource.substring(resource.lastIndexOf('/') + 1))) {
      return true;
    }
    for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      String folder = path.substring(0, slash);
      if (user.text().contains('"' + folder + '"')
          || user.text().contains('"' + folder + '/')
          || user.text().contains('/' + folder + '/')
          || user.text().contains('/' + folder + '"')) {
        return true;
      }
    }
    return false;
  }
}
