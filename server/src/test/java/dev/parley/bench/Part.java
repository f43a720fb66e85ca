package dev.parley.bench;

import java.util.List;
import java.util.Locale;

/** A part of the benchmark that can be run alone. */
enum Part {
  APPEND(Workload.APPEND),
  GET(Workload.GET),
  HISTORY(Workload.HISTORY),
  LIST(Workload.FIRST_PAGE, Workload.DEEP_PAGE),
  MIX(Workload.MIX),
  READS,
  SCALE,
  OVERLOAD;

  private final List<Workload> workloads;

  Part(Workload... workloads) {
    this.workloads = List.of(workloads);
  }

  /** The workloads that this part compares; empty for other parts. */
  List<Workload> workloads() {
    return workloads;
  }

  /** The name on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
