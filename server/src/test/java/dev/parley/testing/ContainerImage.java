package dev.parley.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The container image, built from the Containerfile of the distribution and mounted as a folder.
 * Buildah builds it without a daemon. Its base is made by mmdebstrap, because a registry of images
 * may be out of reach. Needs root on Debian or a similar system.
 */
public final class ContainerImage implements AutoCloseable {
  private static final String DEBIAN = "bookworm";
  private static final Path WORK = Path.of("target/image").toAbsolutePath();
  private static final Path RESOURCES = Path.of("src/test/resources/image").toAbsolutePath();

  private final JsonNode config;
  private final Path root;

  private ContainerImage(JsonNode config, Path root) {
    this.config = config;
    this.root = root;
  }

  /**
   * Builds the image.
   *
   * @param containerfile the Containerfile of the distribution
   * @param archive the distribution
   */
  public static ContainerImage build(Path containerfile, Path archive) {
    requireRoot();
    Programs.require(List.of("buildah", "--version"), List.of("buildah"));
    Programs.require(
        List.of("mmdebstrap", "--version"), List.of("mmdebstrap", "debian-archive-keyring"));
    Path base = WORK.resolve("base");
    Path context = WORK.resolve("context");
    Programs.installOnce(base, RESOURCES.resolve("Containerfile"), () -> makeBase(base));
    copy(archive, context.resolve(archive.getFileName()));
    deleteAll();
    try {
      return build(containerfile, base, context);
    } catch (RuntimeException | Error e) {
      deleteAll();
      throw e;
    }
  }

  private static ContainerImage build(Path containerfile, Path base, Path context) {
    build("base", RESOURCES.resolve("Containerfile"), base);
    build("parley", containerfile, context, "--build-arg", "BASE=localhost/base");
    String container = buildah("from", "--pull-never", "localhost/parley").strip();
    return new ContainerImage(
        JsonBodies.tree(buildah("inspect", "--type", "image", "localhost/parley"))
            .at("/Docker/config"),
        Path.of(buildah("mount", container).strip()));
  }

  private static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new IllegalStateException(
          "The test of the container image mounts file systems and must run as root."
              + " -DexcludedGroups=root leaves it out.");
    }
  }

  private static void makeBase(Path folder) {
    var unused =
        Programs.run(
                folder,
                Map.of(),
                List.of(
                    "mmdebstrap",
                    "--variant=minbase",
                    "--dpkgopt=force-unsafe-io",
                    // The same environment as in debian:12-slim.
                    "--dpkgopt=path-exclude=/usr/share/doc/*",
                    "--dpkgopt=path-exclude=/usr/share/man/*",
                    "--dpkgopt=path-exclude=/usr/share/locale/*",
                    DEBIAN,
                    folder.resolve("base.tar").toString()))
            .succeeded("mmdebstrap");
  }

  private static void build(String name, Path containerfile, Path context, String... options) {
    List<String> arguments =
        new ArrayList<>(
            List.of("bud", "--isolation=chroot", "--format=docker", "--pull-never", "-t", name));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("-f", containerfile.toString(), context.toString()));
    var unused = buildah(arguments.toArray(String[]::new));
  }

  /** Runs Buildah with its own storage, so that images of the machine are not changed. */
  private static String buildah(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "buildah",
                "--root=" + WORK.resolve("storage"),
                "--runroot=" + WORK.resolve("run"),
                "--storage-driver=vfs"));
    command.addAll(List.of(arguments));
    return Programs.run(WORK, Map.of(), command).succeeded("buildah " + arguments[0]).out();
  }

  private static void deleteAll() {
    var containers = buildah("rm", "--all");
    var images = buildah("rmi", "--all", "--force");
  }

  private static void copy(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The configuration that Docker and podman read. */
  public JsonNode config() {
    return config;
  }

  /** The root of its file system. */
  public Path root() {
    return root;
  }

  /** The program of the image with its arguments. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    config.get("Entrypoint").forEach(argument -> command.add(argument.asText()));
    config.get("Cmd").forEach(argument -> command.add(argument.asText()));
    return command;
  }

  /**
   * Starts a program in the image as its user, with the same rights as the pods of the Kubernetes
   * manifests. It shares the network of the machine.
   *
   * @param environment additional environment variables
   * @param said the file for its output
   */
  public Process start(List<String> program, Map<String, String> environment, Path said) {
    String[] user = config.get("User").asText().split(":");
    String volume = config.get("Volumes").fieldNames().next();
    List<String> command = new ArrayList<>(List.of("/usr/bin/unshare", "--mount", "/bin/sh"));
    command.addAll(
        List.of(RESOURCES.resolve("run").toString(), root.toString(), user[0], user[1], volume));
    command.addAll(program);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment());
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : config.get("Env")) {
      String[] nameAndValue = variable.asText().split("=", 2);
      environment.put(nameAndValue[0], nameAndValue[1]);
    }
    return environment;
  }

  @Override
  public void close() {
    deleteAll();
  }
}
