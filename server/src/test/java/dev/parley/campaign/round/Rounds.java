package dev.parley.campaign.round;

import java.util.ArrayList;
import java.util.List;

/** All kinds of rounds. */
public final class Rounds {
  private Rounds() {}

  /** Unmounts what a round has mounted and could not unmount. */
  public static void cleanUp() {
    SmallDisk.unmount();
  }

  /** In the order in which a campaign runs them. */
  public static List<Round> all() {
    List<Round> rounds = new ArrayList<>();
    for (Engine engine : Engine.values()) {
      rounds.add(new KillRound(engine));
      rounds.add(new TransferRound(engine));
      rounds.add(new MigrationRound(engine));
    }
    rounds.add(new CompactionRound());
    rounds.add(new BackupRound());
    for (DatabaseFaultRound.Fault fault : DatabaseFaultRound.Fault.values()) {
      rounds.add(new DatabaseFaultRound(fault));
    }
    rounds.add(new TwoServersRound());
    for (Engine engine : Engine.values()) {
      rounds.add(new WatchRound(engine));
    }
    rounds.add(new TornFileRound());
    rounds.add(new FlippedBitRound());
    for (Engine engine : Engine.values()) {
      rounds.add(new ClockRound(engine));
    }
    rounds.add(new FullDiskRound());
    rounds.add(new ReadOnlyDiskRound());
    return rounds;
  }
}
