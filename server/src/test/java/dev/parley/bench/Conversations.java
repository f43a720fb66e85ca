package dev.parley.bench;

import dev.parley.model.Agent;
import dev.parley.model.Content;
import dev.parley.model.Expiry;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Generated conversations. The same seed and numbers give the same conversations. One agent has a
 * third of all sessions. The first session has a hundredth of all messages. Each other session has
 * between one message and twice the average.
 */
public final class Conversations {
  private static final int AGENTS = 100;
  private static final int SESSIONS_PER_USER = 5;
  private static final int LONG_SESSION_SHARE = 100;
  private static final int TEXT_CHARACTERS_MIN = 300;
  private static final int TEXT_CHARACTERS_MAX = 600;
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration PACE = Duration.ofMillis(1);

  private final long seed;
  private final int sessions;
  private final long messages;

  /**
   * Creates a generator.
   *
   * @param sessions the number of sessions, at least 2
   * @param messages the number of messages, at least twice the number of sessions
   */
  public Conversations(long seed, int sessions, long messages) {
    if (sessions < 2 || messages < 2L * sessions) {
      throw new IllegalArgumentException("2 sessions and 2 messages in each are the least.");
    }
    this.seed = seed;
    this.sessions = sessions;
    this.messages = messages;
  }

  int sessionCount() {
    return sessions;
  }

  long messageCount() {
    return messages;
  }

  /** The agents. The first has a third of all sessions. */
  List<Agent> agents() {
    return IntStream.range(0, AGENTS)
        .mapToObj(
            agent -> new Agent(agentId(agent), "owner-" + agent % 10, BEGIN, Agent.Profile.EMPTY))
        .toList();
  }

  /** The session with this number. Numbers start at 0. */
  public Session session(int number) {
    SplittableRandom random = random(number);
    int agent = number % 3 == 0 ? 0 : random.nextInt(1, AGENTS);
    String channel = number % 2 == 0 ? "web" : "telegram";
    Session.Profile profile =
        new Session.Profile(
            Vocabulary.sentences(random, 20),
            "user-" + number / SESSIONS_PER_USER,
            channel,
            Session.Profile.AGENT_VERSION_DEFAULT,
            "direct",
            channel,
            null,
            Json.EMPTY_OBJECT,
            Session.Profile.NO_LABELS,
            Expiry.UNSET);
    return Session.create(
        agentId(agent), sessionId(number), channel + ":" + number, profile, BEGIN);
  }

  private UUID agentId(int agent) {
    return uuid(random(-1L - agent));
  }

  private UUID sessionId(int number) {
    return uuid(random(Long.MIN_VALUE + number));
  }

  /** The number of messages of the session with this number. */
  public int messagesOf(int number) {
    long longest = Math.max(2, messages / LONG_SESSION_SHARE);
    if (number == 0) {
      return (int) longest;
    }
    long others = messages - longest;
    int even = (int) (others * number / (sessions - 1) - others * (number - 1) / (sessions - 1));
    int average = (int) (others / (sessions - 1));
    // The sessions of a pair have the average together: one has more, the other less.
    int first = number - (number + 1) % 2;
    int swing = random(first).nextInt(1 - average, average);
    return first + 1 == sessions ? even : number == first ? even + swing : even - swing;
  }

  /**
   * Messages of the session with this number.
   *
   * @param from the index of the first message, from 0
   */
  public List<Message.Draft> drafts(int number, int from, int count) {
    List<Message.Draft> drafts = new ArrayList<>(count);
    for (int place = from; place < from + count; place++) {
      SplittableRandom random = random((long) number << Integer.SIZE | place);
      int characters = random.nextInt(TEXT_CHARACTERS_MIN, TEXT_CHARACTERS_MAX);
      drafts.add(
          new Message.Draft(
              uuid(random).toString(),
              place % 2 == 0 ? Role.USER : Role.ASSISTANT,
              Content.text(Vocabulary.sentences(random, characters)),
              null,
              Json.EMPTY_OBJECT));
    }
    return drafts;
  }

  /**
   * The time of an append.
   *
   * @param appendsBefore the number of earlier appends
   */
  public static Instant time(long appendsBefore) {
    return BEGIN.plus(PACE.multipliedBy(appendsBefore));
  }

  private SplittableRandom random(long of) {
    // Generators with similar seeds start with similar numbers. A generator from split()
    // does not.
    return new SplittableRandom(seed * 0x9e3779b97f4a7c15L ^ of).split();
  }

  private static UUID uuid(SplittableRandom random) {
    long version = 0x4000L;
    long variant = Long.MIN_VALUE;
    return new UUID(
        random.nextLong() & ~0xf000L | version, random.nextLong() & Long.MAX_VALUE >> 1 | variant);
  }
}
