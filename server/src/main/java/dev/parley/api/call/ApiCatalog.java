package dev.parley.api.call;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The APIs of a server and their RPCs. */
public final class ApiCatalog {
  private final List<ApiDefinition> longestPrefixFirst;
  private final Map<String, RpcBinding> rpcs = new LinkedHashMap<>();

  /**
   * Reads the options of every RPC.
   *
   * @param apis the APIs; one of them has the empty prefix and handles all other paths
   * @throws IllegalStateException if an RPC declares no known scope
   */
  public ApiCatalog(List<ApiDefinition> apis) {
    longestPrefixFirst =
        apis.stream()
            .sorted(Comparator.comparingInt((ApiDefinition api) -> -api.pathPrefix().length()))
            .toList();
    for (ApiDefinition api : apis) {
      for (ServiceHandlers service : api.services()) {
        service.handlers().forEach((name, handler) -> rpcs.put(name, RpcBinding.of(api, handler)));
      }
    }
  }

  /** Returns the API that handles this path. */
  public ApiDefinition ofPath(String path) {
    for (ApiDefinition api : longestPrefixFirst) {
      if (api.hasPath(path)) {
        return api;
      }
    }
    // For example "*", which belongs to no API.
    return longestPrefixFirst.get(longestPrefixFirst.size() - 1);
  }

  /**
   * Returns the RPC with this full method name, such as {@code parley.v1.KeyService/ListKeys}; null
   * if it does not exist.
   */
  public @Nullable RpcBinding find(String fullMethodName) {
    return rpcs.get(fullMethodName);
  }

  /** Returns the RPC with this full method name, which must exist. */
  public RpcBinding get(String fullMethodName) {
    return Objects.requireNonNull(rpcs.get(fullMethodName), fullMethodName);
  }

  /** All APIs. */
  public List<ApiDefinition> apis() {
    return longestPrefixFirst;
  }

  /** All RPCs. */
  public List<RpcBinding> rpcs() {
    return List.copyOf(rpcs.values());
  }
}
