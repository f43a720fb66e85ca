package dev.parley.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * The contenders, each with its calls.
 *
 * @param grpc the server over gRPC
 * @param rest the server over REST
 * @param store a store without a server
 * @param grpcLimit a server that answers from memory, over gRPC
 * @param restLimit the same server over REST
 * @param cpu the CPU time of the server so far, in microseconds
 */
record Contenders(
    SessionApi grpc,
    SessionApi rest,
    SessionApi store,
    SessionApi grpcLimit,
    SessionApi restLimit,
    Data data,
    ListPosition deep,
    Supplier<OptionalDouble> cpu) {
  static final String GRPC = "gRPC";
  static final String REST = "REST";
  static final String STORE = "bare store";
  static final String GRPC_LIMIT = "gRPC limit";
  static final String REST_LIMIT = "REST limit";
  static final String REDIS = "Redis";

  /** All contenders of a workload except Redis. */
  List<Contender> in(Workload workload) {
    return List.of(
        served(GRPC, grpc, workload),
        served(REST, rest, workload),
        side(STORE, store, workload),
        side(GRPC_LIMIT, grpcLimit, workload),
        side(REST_LIMIT, restLimit, workload));
  }

  private Contender served(String name, SessionApi api, Workload workload) {
    return new CallContender(name, () -> workload.call(api, data, deep), cpu);
  }

  private Contender side(String name, SessionApi api, Workload workload) {
    return new CallContender(name, () -> workload.call(api, data, deep));
  }
}
