package dev.parley.app.server.webhook;

import com.linecorp.armeria.common.util.TransportType;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.resolver.NameResolver;
import io.netty.resolver.SimpleNameResolver;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Resolves host names to addresses that may be connected to. The address that is checked is the one
 * that is connected to, so a name server cannot give another one in between.
 */
final class AllowedAddresses extends DnsAddressResolverGroup {
  private final Predicate<InetAddress> allowed;

  AllowedAddresses(EventLoopGroup eventLoops, Predicate<InetAddress> allowed) {
    super(
        new DnsNameResolverBuilder()
            .datagramChannelType(TransportType.datagramChannelType(eventLoops)));
    this.allowed = allowed;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newAddressResolver(
      EventLoop eventLoop, NameResolver<InetAddress> resolver) {
    return new InetSocketAddressResolver(eventLoop, new Filter(eventLoop, resolver));
  }

  private final class Filter extends SimpleNameResolver<InetAddress> {
    private final NameResolver<InetAddress> resolver;

    Filter(EventExecutor executor, NameResolver<InetAddress> resolver) {
      super(executor);
      this.resolver = resolver;
    }

    @Override
    protected void doResolve(String name, Promise<InetAddress> promise) {
      resolver
          .resolveAll(name)
          .addListener(each(promise, found -> promise.setSuccess(found.get(0))));
    }

    @Override
    protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
      resolver.resolveAll(name).addListener(each(promise, promise::setSuccess));
    }

    private FutureListener<List<InetAddress>> each(
        Promise<?> promise, Consumer<List<InetAddress>> found) {
      return (Future<List<InetAddress>> resolved) -> {
        if (!resolved.isSuccess()) {
          promise.setFailure(resolved.cause());
          return;
        }
        List<InetAddress> usable = resolved.getNow().stream().filter(allowed).toList();
        if (usable.isEmpty()) {
          promise.setFailure(new AddressNotAllowedException());
        } else {
          found.accept(usable);
        }
      };
    }

    @Override
    public void close() {
      resolver.close();
    }
  }
}
