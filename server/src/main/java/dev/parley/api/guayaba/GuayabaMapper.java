package dev.parley.api.guayaba;

import dev.parley.api.call.Transport;
import dev.parley.api.json.JsonMapper;
import dev.parley.core.Archives;
import dev.parley.model.ArchiveName;
import dev.parley.model.Content;
import dev.parley.model.Message;
import dev.parley.model.Session;
import dev.parley.proto.guayaba.v1.Archive;
import dev.parley.proto.guayaba.v1.ChatMessage;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/** Converts between the model and {@code guayaba.v1}. */
final class GuayabaMapper {
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String DELETED = "deleted";

  private GuayabaMapper() {}

  static dev.parley.proto.guayaba.v1.Session toWire(Session session) {
    Session.Profile profile = session.profile();
    dev.parley.proto.guayaba.v1.Session.Builder wire =
        dev.parley.proto.guayaba.v1.Session.newBuilder()
            .setKey(session.key())
            .setSessionId(session.sessionId().toString())
            .setSessionFile(session.sessionId() + ".jsonl")
            .setUpdatedAt(session.updateTime().toEpochMilli());
    if (profile.label() != null) {
      wire.setLabel(profile.label());
    }
    if (profile.chatType() != null) {
      wire.setChatType(profile.chatType());
    }
    if (profile.lastChannel() != null) {
      wire.setLastChannel(profile.lastChannel());
    }
    if (profile.origin() != null) {
      wire.setOrigin(JsonMapper.toWire(profile.origin()));
    }
    return wire.build();
  }

  /**
   * Converts a message. Its content is omitted if it is too large for a response over {@code
   * transport}.
   */
  static ChatMessage toWire(Message message, Transport transport) {
    ChatMessage.Builder wire =
        ChatMessage.newBuilder()
            .setId(message.draft().messageId())
            .setRole(message.draft().role().name().toLowerCase(Locale.ROOT))
            .setTimestamp(message.shownTime().toEpochMilli());
    Content content = message.draft().content();
    if (transport.fits(message.bytes())) {
      wire.setContent(JsonMapper.toWire(content));
    } else {
      wire.setOmittedContentBytes(content.utf8().length);
    }
    return wire.build();
  }

  static Archive toArchive(Session session) {
    Archive.Builder wire =
        Archive.newBuilder()
            .setFilename(ArchiveName.of(session).format(DELETED))
            .setArchivedAt(MILLIS.format(Objects.requireNonNull(session.archiveTime())))
            .setSessionId(session.sessionId().toString());
    if (session.profile().label() != null) {
      wire.setLabel(session.profile().label());
    }
    return wire.build();
  }

  /** Parses an archive name. An invalid name is treated as an archive that does not exist. */
  static ArchiveName toModel(String filename) {
    return ArchiveName.parse(filename).orElseThrow(Archives::unknown);
  }
}
