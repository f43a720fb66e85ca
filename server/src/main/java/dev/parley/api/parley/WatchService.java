package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.ChunkPublisher;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.call.StreamItem;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.WatchMapper;
import dev.parley.auth.WatchTickets;
import dev.parley.core.watch.Watches;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.CreateWatchTicketRequest;
import dev.parley.proto.v1.WatchServiceGrpc;
import dev.parley.proto.v1.WatchSessionsRequest;
import dev.parley.proto.v1.WatchSessionsResponse;
import dev.parley.proto.v1.WatchTicket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Publisher;

/** {@code parley.v1.WatchService}: {@code /v1/agents/{agent_id}/sessions:watch}. */
final class WatchService {
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration TTL_MAX = Duration.ofHours(1);

  private final Watches watches;
  private final WatchTickets tickets;
  private final WatchMapper mapper = new WatchMapper();

  WatchService(Watches watches, WatchTickets tickets) {
    this.watches = watches;
    this.tickets = tickets;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(WatchServiceGrpc.getServiceDescriptor())
        .streaming(WatchServiceGrpc.getWatchSessionsMethod(), this::watchSessions)
        .unary(
            WatchServiceGrpc.getCreateWatchTicketMethod(),
            this::createWatchTicket,
            WatchTicket.class::cast)
        .build();
  }

  /** {@code GET /v1/agents/{agent_id}/sessions:watch}, {@code …/sessions/{session_id}:watch}. */
  private Publisher<List<StreamItem<WatchSessionsResponse>>> watchSessions(
      Call call, WatchSessionsRequest request) {
    return ChunkPublisher.of(
        watches.open(call.caller(), WatchMapper.toModel(call, request)),
        chunk -> mapper.toWire(call.transport(), chunk.items()));
  }

  /** {@code POST /v1/watchTickets}. */
  private CompletableFuture<WatchTicket> createWatchTicket(
      Call call, CreateWatchTicketRequest request) {
    Duration ttl =
        request.hasTtl()
            ? WatchMapper.duration("ttl", request.getTtl(), Duration.ofSeconds(1), TTL_MAX)
            : TTL;
    String agent = "/v1/agents/" + request.getAgentId() + "/sessions";
    if (request.hasSessionId() && request.getAgentId().equals(RpcBinding.WILDCARD)) {
      throw SessionException.invalid(
          FieldViolation.format("session_id", "must not be set if agent_id is \"-\""));
    }
    String path =
        request.hasSessionId() ? agent + "/" + request.getSessionId() + ":watch" : agent + ":watch";
    WatchTickets.Ticket ticket = tickets.create(call.principal(), path, ttl);
    return CompletableFuture.completedFuture(
        WatchTicket.newBuilder()
            .setTicket(ticket.text())
            .setPath(path + "?ticket=" + URLEncoder.encode(ticket.text(), StandardCharsets.UTF_8))
            .setExpireTime(NativeMapper.toWire(ticket.expireTime()))
            .build());
  }
}
