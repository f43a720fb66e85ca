package dev.parley.model.audit;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who acts, and from where.
 *
 * @param identity names the caller across rotations of its key
 * @param keyId the id of the key that it showed; null for the root key and for users' tokens
 * @param address the address that calls, as trusted proxies tell it
 * @param requestId what names the call in logs and to its caller
 * @param transport {@code grpc}, which gRPC-Web counts as, or {@code rest}
 * @param face the API that was called, such as {@code guayaba}
 */
public record AuditActor(
    String identity,
    @Nullable UUID keyId,
    String address,
    String requestId,
    String transport,
    String face) {}
