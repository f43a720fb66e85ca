package dev.parley.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document that is generated from the code. In the document it stands between two
 * comments: {@code <!-- generated: NAME -->} and {@code <!-- end of NAME -->}.
 *
 * @param file the document, relative to {@code server/docs}
 * @param name the name in the comments, unique within the document
 * @param text the generated Markdown, without blank lines around it
 */
record GeneratedSection(String file, String name, String text) {
  private static final Path FOLDER =
      Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("docs");

  /** Reads the text between the comments of the document. */
  String present() throws IOException {
    String document = Files.readString(path());
    return document.substring(begin(document), end(document)).strip();
  }

  /** Writes the generated text into the document. */
  void write() throws IOException {
    String document = Files.readString(path());
    Files.writeString(
        path(),
        document.substring(0, begin(document))
            + "\n\n"
            + text
            + "\n\n"
            + document.substring(end(document)));
  }

  private Path path() {
    return FOLDER.resolve(file);
  }

  private int begin(String document) {
    String comment = "<!-- generated: " + name + " -->";
    return indexOf(document, comment) + comment.length();
  }

  private int end(String document) {
    return indexOf(document, "<!-- end of " + name + " -->");
  }

  private int indexOf(String document, String comment) {
    int index = document.indexOf(comment);
    if (index < 0) {
      throw new AssertionError(file + " has no comment " + comment);
    }
    return index;
  }

  @Override
  public String toString() {
    return file + "#" + name;
  }
}
