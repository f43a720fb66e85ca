package dev.parley.api.foundry;

import com.google.protobuf.Timestamp;
import dev.parley.core.page.Page;
import dev.parley.model.Session;
import dev.parley.proto.foundry.v2.AgentsSessionsPage;
import dev.parley.proto.foundry.v2.ListSessionsResponse;
import dev.parley.proto.foundry.v2.SessionMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Converts sessions to and from {@code foundry.v2}. */
final class FoundryMapper {
  /** The maximum length of a title in characters. */
  static final int TITLE_CHARACTERS_MAX = 200;

  private static final Duration LIFE = Duration.ofHours(24);
  private static final Pattern VERSION = Pattern.compile("(\\d+)(?:\\.(\\d+))?.*");

  private FoundryMapper() {}

  static AgentsSessionsPage toAgentsPage(Page<Session> page) {
    AgentsSessionsPage.Builder wire = AgentsSessionsPage.newBuilder();
    page.items().forEach(session -> wire.addData(toWire(session)));
    if (page.nextToken() != null) {
      wire.setNextPageToken(page.nextToken());
    }
    return wire.build();
  }

  static ListSessionsResponse toPage(Page<Session> page) {
    ListSessionsResponse.Builder wire = ListSessionsResponse.newBuilder();
    page.items().forEach(session -> wire.addData(toWire(session)));
    if (page.nextToken() != null) {
      wire.setNextPageToken(page.nextToken());
    }
    return wire.build();
  }

  static dev.parley.proto.foundry.v2.Session toWire(Session session) {
    String label = session.profile().label();
    return dev.parley.proto.foundry.v2.Session.newBuilder()
        .setRid(Rid.ofSession(session.sessionId()))
        .setAgentRid(Rid.ofAgent(session.agentId()))
        .setAgentVersion(version(session.profile().agentVersion()))
        .setMetadata(
            SessionMetadata.newBuilder()
                .setTitle(title(label == null ? session.key() : label))
                .setCreatedTime(toWire(session.createTime()))
                .setUpdatedTime(toWire(session.updateTime()))
                .setMessageCount(session.spokenCount())
                .setEstimatedExpiresTime(toWire(expires(session))))
        .build();
  }

  /**
   * The API documents that sessions expire after a day. Parley does not delete them at that time.
   */
  private static Instant expires(Session session) {
    Instant due = session.effectiveExpireTime();
    return due == null ? session.updateTime().plus(LIFE) : due;
  }

  /** Truncates {@code text} to the length of a title. */
  static String title(String text) {
    return text.codePointCount(0, text.length()) <= TITLE_CHARACTERS_MAX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, TITLE_CHARACTERS_MAX));
  }

  /** Returns the first two numbers of a version, which can be any text in the native API. */
  private static String version(String text) {
    Matcher numbers = VERSION.matcher(text);
    if (!numbers.matches()) {
      return Session.Profile.AGENT_VERSION_DEFAULT;
    }
    return numbers.group(1) + "." + (numbers.group(2) == null ? "0" : numbers.group(2));
  }

  private static Timestamp toWire(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
