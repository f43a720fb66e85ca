package dev.parley.storage.rocksdb.codec;

import com.google.protobuf.ByteString;
import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.storage.rocksdb.record.MessageRecord;
import dev.parley.storage.rules.Micros;

/** Converts messages to protobuf bytes and back. */
public final class MessageRecords {
  private MessageRecords() {}

  public static byte[] ofMessage(Message message) {
    Message.Draft draft = message.draft();
    MessageRecord.Builder row =
        MessageRecord.newBuilder()
            .setMessageId(draft.messageId())
            .setRole(ofRole(draft.role()))
            .setCreateMicros(Micros.of(message.createTime()));
    if (draft.runId() != null) {
      row.setRunId(draft.runId());
    }
    if (draft.clientTime() != null) {
      row.setClientMicros(Micros.of(draft.clientTime()));
    }
    if (message.deleteTime() != null) {
      row.setDeleteMicros(Micros.of(message.deleteTime()));
    }
    if (!draft.metadata().equals(Json.EMPTY_OBJECT)) {
      row.setMetadata(Records.wrap(draft.metadata().utf8()));
    }
    ByteString content = Records.wrap(draft.content().utf8());
    if (draft.content().isBlocks()) {
      row.setBlocks(content);
    } else {
      row.setText(content);
    }
    return row.build().toByteArray();
  }

  public static Message toMessage(long sequence, byte[] value) {
    MessageRecord row = Records.parse(MessageRecord.parser(), value);
    Content content =
        row.hasBlocks()
            ? Content.blocks(Json.ofUtf8(FieldBytes.of(row.getBlocks())))
            : Content.textUtf8(FieldBytes.of(row.getText()));
    Message.Draft draft =
        new Message.Draft(
            row.getMessageId(),
            toRole(row.getRole()),
            content,
            row.hasRunId() ? row.getRunId() : null,
            row.hasMetadata() ? Json.ofUtf8(FieldBytes.of(row.getMetadata())) : Json.EMPTY_OBJECT,
            row.hasClientMicros() ? Micros.toInstant(row.getClientMicros()) : null);
    return new Message(
        sequence,
        draft,
        Micros.toInstant(row.getCreateMicros()),
        Records.toOptional(row.getDeleteMicros()));
  }

  private static MessageRecord.Role ofRole(Role role) {
    return switch (role) {
      case USER -> MessageRecord.Role.USER;
      case ASSISTANT -> MessageRecord.Role.ASSISTANT;
      case SYSTEM -> MessageRecord.Role.SYSTEM;
      case TOOL -> MessageRecord.Role.TOOL;
      case DEVELOPER -> MessageRecord.Role.DEVELOPER;
    };
  }

  private static Role toRole(MessageRecord.Role role) {
    return switch (role) {
      case USER -> Role.USER;
      case ASSISTANT -> Role.ASSISTANT;
      case SYSTEM -> Role.SYSTEM;
      case TOOL -> Role.TOOL;
      case DEVELOPER -> Role.DEVELOPER;
      case ROLE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalStateException("Unknown message role.");
    };
  }
}
