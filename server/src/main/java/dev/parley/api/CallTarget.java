package dev.parley.api;

import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.grpc.GrpcService;
import io.grpc.ServerMethodDefinition;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a call is for.
 *
 * @param face the API: {@code parley}, {@code guayaba}, {@code grip}, {@code powabase}, {@code
 *     foundry}; {@code operations} for what all may ask of a server
 * @param rpc the full name of the rpc, such as {@code parley.v1.SessionService/GetSession}; the
 *     pattern of the route where there is no rpc; {@code unknown} for routes that there are not
 */
public record CallTarget(String face, String rpc) {
  private static final Set<String> FACES =
      Set.of("parley", "guayaba", "grip", "powabase", "foundry");
  private static final String OPERATIONS = "operations";
  private static final CallTarget UNKNOWN = new CallTarget(OPERATIONS, "unknown");
  private static final Map<String, CallTarget> RPCS = new ConcurrentHashMap<>();

  /** What the call is for. */
  public static CallTarget of(ServiceRequestContext ctx) {
    HttpService service = ctx.config().service();
    GrpcService grpc = service.as(GrpcService.class);
    if (grpc == null) {
      return ctx.config().route().isFallback()
          ? UNKNOWN
          : new CallTarget(OPERATIONS, ctx.config().route().patternString());
    }
    ServerMethodDefinition<?, ?> method = grpc.methodDefinition(ctx);
    return method == null
        ? UNKNOWN
        : RPCS.computeIfAbsent(method.getMethodDescriptor().getFullMethodName(), CallTarget::of);
  }

  private static CallTarget of(String rpc) {
    String firstWord = rpc.substring(0, rpc.indexOf('.'));
    return new CallTarget(FACES.contains(firstWord) ? firstWord : OPERATIONS, rpc);
  }
}
