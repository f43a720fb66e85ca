package dev.parley.campaign.round;

import dev.parley.campaign.load.Endpoint;
import dev.parley.campaign.load.Load;
import dev.parley.testing.Programs;
import dev.parley.testing.ServerProcess;
import dev.parley.testing.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The clock of the server is set forward and back while clients work, and between two starts. */
final class ClockRound implements Round {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final int WRITES = 200;
  private static final Duration PRECISION = Duration.ofMinutes(10);
  private static final List<Duration> OFFSETS =
      List.of(
          Duration.ofHours(3),
          Duration.ofHours(-3),
          Duration.ofDays(90),
          Duration.ofDays(-90),
          Duration.ZERO);

  private final Engine engine;

  ClockRound(Engine engine) {
    this.engine = engine;
  }

  @Override
  public String name() {
    return "clock set forward and back, " + engine.title;
  }

  @Override
  public void run(RoundContext context) throws IOException {
    Path offset = context.work().resolve("offset.txt");
    set(offset, OFFSETS.get(0));
    Map<String, String> environment =
        Map.of(
            "LD_PRELOAD",
            library().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            offset.toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_DONT_FAKE_MONOTONIC",
            "1",
            // Otherwise, a wait with a time limit returns at once.
            "FAKETIME_FORCE_MONOTONIC_FIX",
            "0");
    try (Engine.OpenStore store = engine.open()) {
      Load load = ServerLives.createLoad(context, store.flags());
      try (ServerProcess server = ServerProcess.start(context.work(), environment, store.flags())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          for (Duration next : OFFSETS) {
            set(offset, next);
            Waiting.until(() -> has(server, next), () -> "the clock does not change");
            load.awaitAcknowledged(WRITES);
          }
        }
        context.readAll(load, server);
      }
      set(offset, OFFSETS.get(1));
      try (ServerProcess server = ServerProcess.start(context.work(), environment, store.flags())) {
        load.start(List.of(Endpoint.of(server)));
        try (load) {
          load.awaitAcknowledged(WRITES);
        }
        context.readAll(load, server);
      }
      ServerLives.verify(context, load, store);
    }
  }

  private static boolean has(ServerProcess server, Duration offset) {
    String date = server.get("/healthz").headers().firstValue("date").orElseThrow();
    Instant time = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    return Duration.between(Instant.now().plus(offset), time).abs().compareTo(PRECISION) < 0;
  }

  private static void set(Path file, Duration offset) throws IOException {
    String seconds = String.format(Locale.ROOT, "%+d", offset.toSeconds());
    Path next = Files.writeString(file.resolveSibling("next.txt"), seconds);
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private static Path library() throws IOException {
    Programs.require(
        List.of("sh", "-c", "ls /usr/lib/*/faketime/libfaketimeMT.so.1"), List.of("libfaketime"));
    try (Stream<Path> folders = Files.list(LIBRARIES)) {
      return folders
          .map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst()
          .orElseThrow();
    }
  }
}
