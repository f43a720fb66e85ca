package dev.parley.campaign.round;

/** A kind of round: what is done to servers and stores while clients work. */
public interface Round {
  /** What is disturbed, for the table. */
  String name();

  /** Whether this machine allows it. */
  default boolean isPossible() {
    return true;
  }

  /** Runs one round. It leaves no process and no mount behind, however it ends. */
  void run(RoundContext context) throws Exception;
}
