package dev.parley.api.parley.webhook;

import dev.parley.api.json.JsonCodec;
import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.RunMapper;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.webhook.WebhookPayloads;
import dev.parley.model.Message;
import dev.parley.model.webhook.WebhookEventType;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.WebhookEvent;
import dev.parley.proto.v1.WebhookEventData;
import java.time.Instant;
import java.util.UUID;

/** Writes events of webhooks as {@code parley.v1.WebhookEvent}. */
public final class WebhookMapper implements WebhookPayloads {
  /** Messages and runs above this size are sent without their large fields, in bytes. */
  private static final int BYTES_MAX = 64 * 1024;

  @Override
  public byte[] of(UUID webhookId, WatchEvent event, Instant now) {
    WebhookEventData.Builder data =
        WebhookEventData.newBuilder().setWebhookId(webhookId.toString());
    if (event instanceof WatchEvent.Appended appended) {
      name(data, appended.session().agentId(), appended.session().sessionId());
      Message message = appended.message();
      data.setMessage(
          message.bytes() > BYTES_MAX
              ? MessageMapper.withoutContent(message)
              : MessageMapper.toWire(message));
      return write(WebhookEventType.MESSAGE_CREATED.text(), message.createTime(), data);
    } else if (event instanceof WatchEvent.SessionChanged changed) {
      name(data, changed.session().agentId(), changed.session().sessionId());
      data.setSession(NativeMapper.toWire(changed.session()));
      return write(WebhookEventType.SESSION_CHANGED.text(), now, data);
    } else if (event instanceof WatchEvent.RunChanged changed) {
      name(data, changed.run().agentId(), changed.run().sessionId());
      data.setRun(toWire(changed.run()));
      return write(WebhookEventType.RUN_CHANGED.text(), now, data);
    } else if (event instanceof WatchEvent.Deleted deleted) {
      name(data, deleted.session().agentId(), deleted.session().sessionId());
      return write(WebhookEventType.SESSION_DELETED.text(), now, data);
    }
    throw new IllegalArgumentException("Not an event of a session.");
  }

  @Override
  public byte[] test(UUID webhookId, Instant now) {
    return write(TEST, now, WebhookEventData.newBuilder().setWebhookId(webhookId.toString()));
  }

  private static Run toWire(dev.parley.model.Run run) {
    Run wire = RunMapper.toWire(run);
    return run.bytes() > BYTES_MAX
        ? wire.toBuilder().clearDetails().clearReasoning().clearUsage().build()
        : wire;
  }

  private static void name(WebhookEventData.Builder data, UUID agentId, UUID sessionId) {
    data.setAgentId(agentId.toString()).setSessionId(sessionId.toString());
  }

  private static byte[] write(String type, Instant time, WebhookEventData.Builder data) {
    return JsonCodec.write(
        WebhookEvent.newBuilder()
            .setType(type)
            .setTimestamp(NativeMapper.toWire(time))
            .setData(data)
            .build());
  }
}
