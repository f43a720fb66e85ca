package dev.parley.api.powabase;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.RequestValidator;
import dev.parley.auth.Authorizer;
import dev.parley.model.SessionException;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts ids to the format of this API. The ids are computed, not stored. */
final class PublicIds {
  private static final Pattern SESSION =
      Pattern.compile(
          "sess_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})",
          Pattern.CASE_INSENSITIVE);
  private static final int SEED_DIGITS = 12;

  private PublicIds() {}

  static String session(UUID sessionId) {
    return "sess_" + digits(sessionId);
  }

  /**
   * Parses a session id.
   *
   * @throws SessionException {@code SESSION_NOT_FOUND} if the text is not a session id
   */
  static UUID toModel(String name) {
    if (RequestValidator.isUuid(name)) {
      return UUID.fromString(name);
    }
    Matcher digits = SESSION.matcher(name);
    if (!digits.matches()) {
      throw Authorizer.unknownSession();
    }
    return UUID.fromString(digits.replaceFirst("$1-$2-$3-$4-$5").toLowerCase(Locale.ROOT));
  }

  /** Computes the UUID of a run, because a run id is unique only within its session. */
  static String run(UUID sessionId, String runId) {
    return named("run", sessionId, runId).toString();
  }

  /** Computes the run id of a message without a run. */
  static String seed(UUID sessionId, long sequence) {
    String digits = digits(named("seed", sessionId, Long.toString(sequence)));
    return "seed_" + digits.substring(0, SEED_DIGITS);
  }

  private static UUID named(String kind, UUID sessionId, String name) {
    return UUID.nameUUIDFromBytes((kind + "/" + sessionId + "/" + name).getBytes(UTF_8));
  }

  private static String digits(UUID id) {
    return id.toString().replace("-", "");
  }
}
