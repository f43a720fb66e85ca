package dev.parley.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.model.Agent;
import dev.parley.model.ApiKey;
import dev.parley.model.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/** Creates valid agents and API keys. Tests set only what they need. */
public final class Agents {
  private static final TickingClock CLOCK = new TickingClock();

  private Agents() {}

  public static String owner() {
    return "owner-" + UUID.randomUUID();
  }

  public static Agent of(String owner) {
    return of(UUID.randomUUID(), owner);
  }

  public static Agent of(UUID agentId, String owner) {
    return new Agent(agentId, owner, CLOCK.instant(), Agent.Profile.EMPTY);
  }

  public static ApiKey masterKey(String owner) {
    return masterKey(UUID.randomUUID(), owner);
  }

  public static ApiKey masterKey(UUID keyId, String owner) {
    return new ApiKey(
        keyId, secretHash(), owner, null, new TreeSet<>(), null, CLOCK.instant(), null, null, null);
  }

  public static ApiKey agentKey(Agent agent) {
    return agentKey(agent, null);
  }

  public static ApiKey agentKey(Agent agent, Instant expireTime) {
    return new ApiKey(
        UUID.randomUUID(),
        secretHash(),
        agent.owner(),
        agent.agentId(),
        new TreeSet<>(List.of("chat", "agent:read")),
        "cli 🦜",
        CLOCK.instant(),
        expireTime,
        null,
        null);
  }

  private static Sha256 secretHash() {
    return Sha256.of(UUID.randomUUID().toString().getBytes(UTF_8));
  }
}
