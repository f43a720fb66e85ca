package dev.parley.campaign.round;

import java.util.List;

/** All kinds of rounds. */
public final class Rounds {
  private Rounds() {}

  /** In the order in which a campaign runs them. */
  public static List<Round> all() {
    return List.of(new KillRound(Engine.ROCKSDB), new KillRound(Engine.POSTGRES));
  }
}
