package dev.parley.model.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who performs an action, and from where.
 *
 * @param identity the caller's name, which stays the same when its key is rotated
 * @param keyId the id of the caller's key; null for the root key and for user tokens
 * @param address the caller's address, taken from trusted proxies
 * @param requestId the id of the call in logs and responses
 * @param transport {@code grpc}, including gRPC-Web, or {@code rest}
 * @param api the name of the API that was called, such as {@code guayaba}
 */
public record AuditActor(
    String identity,
    @Nullable UUID keyId,
    String address,
    String requestId,
    String transport,
    String api) {}
