package dev.parley.campaign.load;

import dev.parley.testing.ServerProcess;
import io.grpc.Channel;

/** Where a server takes calls, with a key that may do everything. */
public record Endpoint(Channel channel, String url, String key) {

  public static Endpoint of(ServerProcess server) {
    return new Endpoint(server.channel(), server.url(), server.rootKey());
  }
}
