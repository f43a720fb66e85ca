package dev.parley.app.cli.transcript.load;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.app.cli.transcript.record.FieldText;
import dev.parley.app.cli.transcript.record.MetadataNames;
import dev.parley.app.cli.transcript.record.TranscriptJson;
import dev.parley.model.ErrorReason;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.ChatMessage;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends messages one by one. A message that the server rejects is repaired or skipped. */
final class SingleAppends {
  private static final int BATCH_BYTES_MAX = 1 << 20;

  /** The sizes of parts to try, because the limits of the server are not known. */
  private static final List<Integer> PART_BYTES = List.of(1 << 18, 1 << 12, 1 << 8);

  private final ImportClient client;
  private final ImportOutcome outcome;

  SingleAppends(ImportClient client, ImportOutcome outcome) {
    this.client = client;
    this.outcome = outcome;
  }

  /** Appends one message. */
  void send(ImportedRecord record) {
    ChatMessage message = record.line().getMessage();
    StatusRuntimeException failure = append(record, List.of(message));
    String repair = "";
    if (failure != null && Rejection.has(failure, ErrorReason.MESSAGE_ID_REUSED)) {
      if (!client.hasMessage(record.line().getKey(), message.getMessageId())) {
        skip(record, "The message was deleted from the store.");
        return;
      }
      message = withOtherId(message);
      repair = "The session has another message with this id. The message got a new id.";
      failure = append(record, List.of(message));
    }
    if (failure != null && Rejection.isOfFields(failure)) {
      String why = Rejection.text(failure);
      failure = appendParts(record, message, failure);
      repair = (repair + " The message was split, because the server rejected it: " + why).strip();
    }
    if (failure != null) {
      skip(record, Rejection.text(failure));
      return;
    }
    ImportedRecord stored = repair.isEmpty() ? record : record.repaired(repair);
    outcome.imported(stored.line(), stored.at(), stored.repair());
  }

  private void skip(ImportedRecord record, String reason) {
    outcome.skipped(record.at(), reason, ImportClient.json(record.line()));
  }

  /** The same message always gets the same id, so that repeated imports find it. */
  private static ChatMessage withOtherId(ChatMessage message) {
    String id = message.getMessageId();
    ObjectNode metadata =
        TranscriptJson.parse(message.getMetadata().getValue()) instanceof ObjectNode kept
            ? kept
            : TranscriptJson.object();
    metadata.withObjectProperty(MetadataNames.IMPORT).put("message_id", id);
    String hash = FieldText.hash(message.getContent().toString() + message.getMetadata());
    return message.toBuilder()
        .setMessageId(FieldText.withSuffix(id, "~" + hash))
        .setMetadata(TranscriptJson.json(metadata))
        .build();
  }

  /** Appends a message in parts, which can be smaller in a second attempt. */
  private @Nullable StatusRuntimeException appendParts(
      ImportedRecord record, ChatMessage message, StatusRuntimeException rejected) {
    StatusRuntimeException failure = rejected;
    for (int bytesMax : PART_BYTES) {
      List<ChatMessage> parts = MessageParts.of(message, bytesMax);
      if (parts.size() > 1) {
        failure = appendInBatches(record, parts);
        if (failure == null || !Rejection.isOfFields(failure)) {
          return failure;
        }
      }
    }
    return failure;
  }

  private @Nullable StatusRuntimeException appendInBatches(
      ImportedRecord record, List<ChatMessage> parts) {
    int start = 0;
    int bytes = 0;
    for (int i = 0; i < parts.size(); i++) {
      int size = parts.get(i).getSerializedSize();
      if (i > start && bytes + size > BATCH_BYTES_MAX) {
        StatusRuntimeException failure = append(record, parts.subList(start, i));
        if (failure != null) {
          return failure;
        }
        start = i;
        bytes = 0;
      }
      bytes += size;
    }
    return append(record, parts.subList(start, parts.size()));
  }

  /** Appends messages; the error if the server rejects them. */
  private @Nullable StatusRuntimeException append(
      ImportedRecord record, List<ChatMessage> messages) {
    AppendMessagesRequest request = client.append(record.line().getKey(), messages);
    try {
      client.count(request, client.calls().appendMessages(request));
      return null;
    } catch (StatusRuntimeException e) {
      if (!Rejection.isOfRecord(e)) {
        throw client.failed(e, record.at());
      }
      return e;
    }
  }
}
