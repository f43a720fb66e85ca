package dev.parley.campaign.round;

import com.google.common.base.Throwables;
import dev.parley.campaign.history.History;
import dev.parley.campaign.history.Violation;
import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** What a round works with, and what it found. */
public final class RoundContext {
  private static final int MESSAGE_LINES_MAX = 5;

  private final Path work;
  private final SplittableRandom random;
  private final History history = new History();
  private final List<String> findings = new ArrayList<>();

  /** With an empty folder for everything that the round writes. */
  public RoundContext(Path work, SplittableRandom random) {
    this.work = work;
    this.random = random;
  }

  Path work() {
    return work;
  }

  SplittableRandom random() {
    return random;
  }

  /** What the clients of the round did and saw. */
  public History history() {
    return history;
  }

  /** What must not be, one line each. */
  public List<String> findings() {
    return List.copyOf(findings);
  }

  /** Notes a finding unless {@code holds}. */
  void require(boolean holds, String otherwise) {
    if (!holds) {
      findings.add(otherwise);
    }
  }

  /** Notes that the round could not be completed. */
  public void failed(Throwable e) {
    findings.add(Throwables.getStackTraceAsString(e));
  }

  /** Reads everything while no client works, and notes what the server may not answer. */
  void readAll(Load load, ServerProcess server) {
    findings.addAll(load.readAll(Endpoint.of(server)));
  }

  /** Checks the history and the surprises of the load. */
  void checkHistory(Load load) {
    findings.addAll(load.surprises().stream().distinct().limit(MESSAGE_LINES_MAX).toList());
    history.violations().stream().map(Violation::toString).forEach(findings::add);
  }

  /** Runs {@code parley check} on a store that no server uses. */
  void checkStore(String... arguments) {
    ParleyProcess.Result result = command(arguments(arguments, "check"));
    require(result.exitCode() == 0, "parley check: " + result.out() + result.err());
  }

  /** A command and its arguments. */
  static String[] arguments(String[] arguments, String command) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(arguments));
    return all.toArray(String[]::new);
  }

  /** Runs a command in the folder of the round. */
  ParleyProcess.Result command(String... arguments) {
    return ParleyProcess.run(work, Map.of(), arguments);
  }
}
