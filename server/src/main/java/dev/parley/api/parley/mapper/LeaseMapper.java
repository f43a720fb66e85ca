package dev.parley.api.parley.mapper;

import dev.parley.core.lease.LeaseRequest;
import dev.parley.model.lease.Lease;
import dev.parley.model.lease.RunConcurrency;
import dev.parley.proto.v1.Run;
import dev.parley.proto.v1.StartRunRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** Converts leases between the model and {@code parley.v1}. */
public final class LeaseMapper {
  private LeaseMapper() {}

  /** Returns the lease that a new run asks for. */
  public static LeaseRequest toModel(StartRunRequest request) {
    RunConcurrency concurrency =
        switch (request.getConcurrency()) {
          case REJECT -> RunConcurrency.REJECT;
          case INTERRUPT -> RunConcurrency.INTERRUPT;
          default -> RunConcurrency.ALLOW;
        };
    return new LeaseRequest(
        concurrency, request.hasLeaseTtl() ? toModel(request.getLeaseTtl()) : null);
  }

  /** Converts a duration to microseconds. */
  public static Duration toModel(com.google.protobuf.Duration ttl) {
    return Duration.ofSeconds(ttl.getSeconds(), ttl.getNanos()).truncatedTo(ChronoUnit.MICROS);
  }

  /** Converts a lease. */
  public static Run.Lease toWire(Lease lease) {
    return Run.Lease.newBuilder()
        .setFence(lease.fence())
        .setExpireTime(NativeMapper.toWire(lease.expireTime()))
        .build();
  }
}
