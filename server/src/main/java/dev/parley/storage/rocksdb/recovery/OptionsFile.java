package dev.parley.storage.rocksdb.recovery;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** RocksDB's file of options, which also names the column families. */
public final class OptionsFile {
  private static final Pattern NAME = Pattern.compile("OPTIONS-(\\d{1,18})");
  private static final Pattern FAMILY = Pattern.compile("\\[CFOptions \"(.*)\"]");

  private OptionsFile() {}

  /**
   * The column families in the newest file of options, in the order of their creation. RocksDB
   * writes the file after the column families are in the manifest. Empty if there is no such file,
   * incomplete if it is damaged.
   */
  public static List<String> families(Path databaseFolder) throws IOException {
    List<String> families = new ArrayList<>();
    Optional<Path> newest;
    try (Stream<Path> files = Files.list(databaseFolder)) {
      newest =
          files
              .filter(file -> number(file) >= 0)
              .max(Comparator.comparingLong(OptionsFile::number));
    }
    if (newest.isPresent()) {
      Matcher family = FAMILY.matcher(Files.readString(newest.get(), ISO_8859_1));
      while (family.find()) {
        families.add(family.group(1));
      }
    }
    return families;
  }

  private static long number(Path file) {
    Matcher name = NAME.matcher(Objects.requireNonNull(file.getFileName()).toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }
}
