package dev.parley.app.server.transport;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.server.ClientAddressSource;
import com.linecorp.armeria.server.ProxiedAddresses;
import com.linecorp.armeria.server.ServerBuilder;
import dev.parley.config.AddressBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Determines the client address behind trusted proxies. Each proxy appends the address of its
 * client to {@code X-Forwarded-For}. The last address that is not a trusted proxy is the client.
 * The addresses before it are ignored, because any client can send them.
 */
final class TrustedProxies {
  private final List<AddressBlock> blocks;

  TrustedProxies(List<AddressBlock> blocks) {
    this.blocks = blocks;
  }

  /** Makes the server accept the header from trusted proxies only. */
  void addTo(ServerBuilder builder) {
    builder
        .clientAddressSources(ClientAddressSource.ofHeader(HttpHeaderNames.X_FORWARDED_FOR))
        .clientAddressTrustedProxyFilter(this::isTrusted)
        .clientAddressMapper(this::caller);
  }

  private boolean isTrusted(InetAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }

  private InetSocketAddress caller(ProxiedAddresses proxied) {
    List<InetSocketAddress> hops = new ArrayList<>();
    hops.add(proxied.sourceAddress());
    hops.addAll(proxied.destinationAddresses());
    for (int i = hops.size() - 1; i > 0; i--) {
      if (!isTrusted(hops.get(i).getAddress())) {
        return hops.get(i);
      }
    }
    return hops.get(0);
  }
}
