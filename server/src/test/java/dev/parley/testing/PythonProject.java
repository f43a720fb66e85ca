package dev.parley.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A virtual environment of Python with the packages of a requirements file. */
public final class PythonProject {
  private PythonProject() {}

  /**
   * Creates the environment below {@code target}. Needs Python 3.9 or later with its module venv.
   *
   * @param name a folder below {@code src/test/python} with {@code requirements.txt}
   * @return the folder with {@code python3} and other programs
   */
  public static Path install(String name) {
    Path wanted =
        Path.of("src/test/python").resolve(name).resolve("requirements.txt").toAbsolutePath();
    Path folder = Path.of("target/python").resolve(name).toAbsolutePath();
    Path bin = folder.resolve("venv/bin");
    Programs.require(
        List.of("python3", "-c", "import ensurepip, venv"), List.of("python3", "python3-venv"));
    Programs.installOnce(
        folder,
        wanted,
        () -> {
          var unused =
              Programs.run(folder, Map.of(), List.of("python3", "-m", "venv", "--clear", "venv"))
                  .succeeded("venv");
          unused =
              Programs.run(
                      folder,
                      Map.of(),
                      List.of(
                          bin.resolve("pip").toString(),
                          "install",
                          "--quiet",
                          "--requirement",
                          wanted.toString()))
                  .succeeded("pip install");
        });
    return bin;
  }
}
