package dev.parley.api.parley.mapper;

import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import dev.parley.api.call.Call;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.StreamItem;
import dev.parley.api.call.Transport;
import dev.parley.core.watch.WatchCursor;
import dev.parley.core.watch.WatchEvent;
import dev.parley.core.watch.WatchInclude;
import dev.parley.core.watch.WatchRequest;
import dev.parley.model.FieldViolation;
import dev.parley.model.Message;
import dev.parley.model.SessionException;
import dev.parley.model.SessionRef;
import dev.parley.proto.v1.CaughtUp;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Heartbeat;
import dev.parley.proto.v1.SessionDeleted;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Converts watches. Watches that share an event also share its response. */
public final class WatchMapper {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration HEARTBEAT_MIN = Duration.ofSeconds(1);
  private static final Duration HEARTBEAT_MAX = Duration.ofMinutes(1);

  private final LoadingCache<WatchEvent, StreamItem<WatchSessionsResponse>> grpc =
      responses(Transport.GRPC);
  private final LoadingCache<WatchEvent, StreamItem<WatchSessionsResponse>> rest =
      responses(Transport.REST);

  /** Responses by the identity of their event, for as long as a watch has the event. */
  private static LoadingCache<WatchEvent, StreamItem<WatchSessionsResponse>> responses(
      Transport transport) {
    return Caffeine.newBuilder().weakKeys().build(event -> convert(transport, event));
  }

  /** Converts events. An event of several watches has one response. */
  public List<StreamItem<WatchSessionsResponse>> toWire(
      Transport transport, List<WatchEvent> events) {
    List<StreamItem<WatchSessionsResponse>> items = new ArrayList<>(events.size());
    for (WatchEvent event : events) {
      items.add(
          event instanceof WatchEvent.Appended
              ? (transport == Transport.GRPC ? grpc : rest).get(event)
              : convert(transport, event));
    }
    return items;
  }

  private static StreamItem<WatchSessionsResponse> convert(Transport transport, WatchEvent event) {
    WatchSessionsResponse.Builder wire =
        WatchSessionsResponse.newBuilder().setResumeToken(event.cursor().text());
    if (event instanceof WatchEvent.Appended appended) {
      name(wire, appended.session().agentId(), appended.session().sessionId())
          .setMessage(toWire(transport, appended.message()));
    } else if (event instanceof WatchEvent.SessionChanged changed) {
      name(wire, changed.session().agentId(), changed.session().sessionId())
          .setSession(NativeMapper.toWire(changed.session()));
    } else if (event instanceof WatchEvent.RunChanged changed) {
      name(wire, changed.run().agentId(), changed.run().sessionId())
          .setRun(RunMapper.toWire(changed.run()));
    } else if (event instanceof WatchEvent.Deleted deleted) {
      name(wire, deleted.session().agentId(), deleted.session().sessionId())
          .setDeleted(SessionDeleted.getDefaultInstance());
    } else if (event instanceof WatchEvent.CaughtUp) {
      wire.setCaughtUp(CaughtUp.getDefaultInstance());
    } else {
      wire.setHeartbeat(Heartbeat.getDefaultInstance());
    }
    return new StreamItem<>(wire.build());
  }

  private static WatchSessionsResponse.Builder name(
      WatchSessionsResponse.Builder wire, UUID agentId, UUID sessionId) {
    return wire.setAgentId(agentId.toString()).setSessionId(sessionId.toString());
  }

  private static ChatMessage toWire(Transport transport, Message message) {
    return transport.fits(message.bytes())
        ? MessageMapper.toWire(message)
        : MessageMapper.withoutContent(message);
  }

  /** Converts a request. Over REST, the resume token can be in the header Last-Event-ID. */
  public static WatchRequest toModel(Call call, WatchSessionsRequest request) {
    SessionRef session = session(call, request);
    Duration heartbeat =
        request.hasHeartbeat()
            ? duration("heartbeat", request.getHeartbeat(), HEARTBEAT_MIN, HEARTBEAT_MAX)
            : HEARTBEAT;
    boolean all = request.getAgentId().equals(RpcBinding.WILDCARD);
    return new WatchRequest(
        session,
        all ? null : UUID.fromString(request.getAgentId()),
        from(call, request, session == null),
        include(request.getIncludeList()),
        heartbeat);
  }

  private static @Nullable SessionRef session(Call call, WatchSessionsRequest request) {
    if (request.getSessionCase() == WatchSessionsRequest.SessionCase.SESSION_NOT_SET) {
      return null;
    }
    if (request.getAgentId().equals(RpcBinding.WILDCARD)) {
      throw SessionException.invalid(
          FieldViolation.format(
              request.hasKey() ? "key" : "session_id", "must not be set if agent_id is \"-\""));
    }
    return request.hasKey()
        ? call.byKey(request.getAgentId(), request.getKey())
        : call.byId(request.getAgentId(), request.getSessionId());
  }

  private static @Nullable WatchCursor from(
      Call call, WatchSessionsRequest request, boolean several) {
    String header = call.transport() == Transport.REST ? call.headers().get("last-event-id") : null;
    // A browser resumes with the header, and repeats the parameters of the first request.
    if (header != null && !header.isEmpty()) {
      return WatchCursor.parse(header, several);
    }
    if (!request.getResumeToken().isEmpty()) {
      if (request.hasAfterSequence()) {
        throw SessionException.invalid(
            FieldViolation.format("after_sequence", "must not be set with a resume token"));
      }
      return WatchCursor.parse(request.getResumeToken(), several);
    }
    if (!request.hasAfterSequence()) {
      return null;
    }
    if (several) {
      throw SessionException.invalid(
          FieldViolation.format("after_sequence", "must not be set without a session"));
    }
    return WatchCursor.ofMessage(null, request.getAfterSequence());
  }

  private static Set<WatchInclude> include(List<WatchSessionsRequest.Include> requested) {
    if (requested.isEmpty()) {
      return EnumSet.of(WatchInclude.MESSAGES);
    }
    Set<WatchInclude> include = EnumSet.noneOf(WatchInclude.class);
    for (int i = 0; i < requested.size(); i++) {
      switch (requested.get(i)) {
        case MESSAGES -> include.add(WatchInclude.MESSAGES);
        case SESSIONS -> include.add(WatchInclude.SESSIONS);
        case RUNS -> include.add(WatchInclude.RUNS);
        case INCLUDE_UNSPECIFIED, UNRECOGNIZED ->
            throw SessionException.invalid(
                FieldViolation.format("include[" + i + "]", "must be MESSAGES, SESSIONS or RUNS"));
      }
    }
    return include;
  }

  /**
   * Converts a duration.
   *
   * @throws SessionException {@code INVALID_FIELD} if it is out of range
   */
  public static Duration duration(
      String field, com.google.protobuf.Duration wire, Duration min, Duration max) {
    Duration duration = Duration.ofSeconds(wire.getSeconds(), wire.getNanos());
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw SessionException.invalid(
          FieldViolation.format(
              field, "must be " + min.toSeconds() + "s to " + max.toSeconds() + "s"));
    }
    return duration;
  }
}
