package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.app.Main;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs commands in this JVM. A process for each command would cost seconds of CPU time. Options
 * replace the environment variables that a process would have.
 */
public final class Commands {
  private Commands() {}

  /** Runs a command on the server, with its root key unless the arguments contain a key. */
  public static Result run(ServerProcess server, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--server", server.url()));
    if (!all.contains("--key")) {
      all.addAll(List.of("--key", server.rootKey()));
    }
    return run(all.toArray(String[]::new));
  }

  /** Runs a command and returns its exit status and output. */
  public static Result run(String... args) {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    System.setErr(new PrintStream(err, true, UTF_8));
    try {
      int status = Main.run(args);
      return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
  }
}
