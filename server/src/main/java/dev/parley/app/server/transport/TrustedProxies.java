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
 * Finds out which address calls, through proxies that each add to {@code X-Forwarded-For} whom they
 * heard it from. The last address that is no trusted proxy's is the caller's: what stands before it
 * is hearsay, and anybody can write it.
 */
final class TrustedProxies {
  private final List<AddressBlock> blocks;

  TrustedProxies(List<AddressBlock> blocks) {
    this.blocks = blocks;
  }

  /** Lets the server believe them, and nobody else. */
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
