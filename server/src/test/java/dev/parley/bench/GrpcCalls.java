package dev.parley.bench;

import dev.parley.model.Session;
import dev.parley.proto.v1.AppendMessagesRequest;
import dev.parley.proto.v1.AppendMessagesResponse;
import dev.parley.proto.v1.ChatMessage;
import dev.parley.proto.v1.Content;
import dev.parley.proto.v1.GetSessionRequest;
import dev.parley.proto.v1.ListMessagesRequest;
import dev.parley.proto.v1.ListMessagesResponse;
import dev.parley.proto.v1.ListSessionsRequest;
import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.SessionServiceGrpc;
import dev.parley.proto.v1.SessionServiceGrpc.SessionServiceStub;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/** Calls over gRPC. They use a few connections in turn. */
final class GrpcCalls implements SessionApi, AutoCloseable {
  private static final int CONNECTIONS = 4;
  private static final int EVENT_LOOPS = 2;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ChatMessage message =
      ChatMessage.newBuilder()
          .setRole(ChatMessage.Role.USER)
          .setContent(Content.newBuilder().setText(new ChatText(2).next()))
          .build();

  /** A copy with its own connections, so that its calls do not wait behind answers to others. */
  private final EventLoopGroup eventLoops =
      new MultiThreadIoEventLoopGroup(
          EVENT_LOOPS,
          Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<SessionServiceStub> stubs = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();

  /**
   * Creates calls to a server on this machine.
   *
   * @param key the API key
   */
  GrpcCalls(int port, String key) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + key);
    for (int i = 0; i < CONNECTIONS; i++) {
      ManagedChannel channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .eventLoopGroup(eventLoops)
              .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
              .usePlaintext()
              .directExecutor()
              .build();
      channels.add(channel);
      stubs.add(
          SessionServiceGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)));
    }
  }

  @Override
  public Answer<AppendMessagesResponse> append(Session session) {
    return call(
        AppendMessagesRequest.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .addMessages(message)
            .build(),
        stub()::appendMessages);
  }

  @Override
  public Answer<dev.parley.proto.v1.Session> get(Session session) {
    return call(
        GetSessionRequest.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .build(),
        stub()::getSession);
  }

  @Override
  public Answer<ListMessagesResponse> history(Session session) {
    return call(
        ListMessagesRequest.newBuilder()
            .setAgentId(session.agentId().toString())
            .setSessionId(session.sessionId().toString())
            .setPageSize(PAGE_SIZE)
            .build(),
        stub()::listMessages);
  }

  @Override
  public Answer<ListSessionsResponse> firstPage(UUID agentId) {
    return page(agentId, PAGE_SIZE, "");
  }

  @Override
  public Answer<ListSessionsResponse> pageAfter(UUID agentId, ListPosition place) {
    return page(agentId, PAGE_SIZE, place.token());
  }

  Answer<ListSessionsResponse> page(UUID agentId, int size, String token) {
    return call(
        ListSessionsRequest.newBuilder()
            .setAgentId(agentId.toString())
            .setPageSize(size)
            .setPageToken(token)
            .build(),
        stub()::listSessions);
  }

  private static <Q, A> Answer<A> call(Q request, BiConsumer<Q, StreamObserver<A>> rpc) {
    Answer<A> answer = new Answer<>();
    rpc.accept(request, answer);
    return answer;
  }

  private SessionServiceStub stub() {
    return stubs.get(Math.floorMod(next.getAndIncrement(), CONNECTIONS));
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    var unused = eventLoops.shutdownGracefully();
  }
}
