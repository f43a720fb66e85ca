package dev.parley.model;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of an archive: {@code <session_id>.jsonl.<word>.<time>}. The time is the archive
 * time in UTC with milliseconds, with {@code -} in place of {@code :}. The word is {@code
 * archived}, or {@code deleted} where an API contract requires it. Both words name the same
 * archive.
 *
 * @param sessionId the archived session
 * @param archiveTime when the session was archived, in milliseconds
 */
public record ArchiveName(UUID sessionId, Instant archiveTime) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.jsonl\\.(?:archived|deleted)\\."
              + "(\\d{4}-\\d\\d-\\d\\dT)(\\d\\d)-(\\d\\d)-(\\d\\d\\.\\d{3}Z)");

  public ArchiveName {
    archiveTime = archiveTime.truncatedTo(ChronoUnit.MILLIS);
  }

  /** The name of an archived session. */
  public static ArchiveName of(Session archived) {
    return new ArchiveName(archived.sessionId(), Objects.requireNonNull(archived.archiveTime()));
  }

  /** Parses a file name. Empty if it is not the name of an archive. */
  public static Optional<ArchiveName> parse(String filename) {
    Matcher form = FORM.matcher(filename);
    if (!form.matches()) {
      return Optional.empty();
    }
    try {
      Instant time =
          Instant.parse(form.group(2) + form.group(3) + ":" + form.group(4) + ":" + form.group(5));
      return Optional.of(new ArchiveName(UUID.fromString(form.group(1)), time));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** Whether this names the session in its present archived state. */
  public boolean names(Session session) {
    return session.isArchived() && equals(of(session));
  }

  /** Formats the file name with the given word. */
  public String format(String word) {
    return sessionId + ".jsonl." + word + "." + TIME.format(archiveTime);
  }
}
