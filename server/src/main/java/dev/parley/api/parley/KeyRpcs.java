package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.Caller;
import dev.parley.api.Reply;
import dev.parley.core.Keys;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.CreateKeyRequest;
import dev.parley.proto.v1.CreateKeyResponse;
import dev.parley.proto.v1.Key;
import dev.parley.proto.v1.KeyServiceGrpc;
import dev.parley.proto.v1.ListKeysRequest;
import dev.parley.proto.v1.ListKeysResponse;
import dev.parley.proto.v1.RevokeKeyRequest;
import dev.parley.proto.v1.RotateKeyRequest;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.KeyService}: {@code /v1/keys}. */
final class KeyRpcs extends KeyServiceGrpc.KeyServiceImplBase {
  private final Keys keys;

  private final Clock clock;

  KeyRpcs(Keys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** {@code POST /v1/keys}. */
  @Override
  public void createKey(CreateKeyRequest request, StreamObserver<CreateKeyResponse> observer) {
    var caller = Caller.of();
    Reply.send(observer, () -> create(caller, request), this::toWire);
  }

  private CompletableFuture<Keys.Created> create(
      dev.parley.auth.Caller caller, CreateKeyRequest request) {
    String client = NativeMapper.emptyToNull(request.getClient());
    Instant expireTime =
        request.hasExpireTime() ? NativeMapper.toModel(request.getExpireTime()) : null;
    if (request.getType() == Key.Type.MASTER) {
      require(!request.getOwner().isEmpty(), "owner", "must be set for a MASTER key");
      require(request.getAgentId().isEmpty(), "agent_id", "must not be set for a MASTER key");
      require(request.getScopesCount() == 0, "scopes", "must not be set for a MASTER key");
      return keys.createMaster(caller, request.getOwner(), client, expireTime);
    }
    require(!request.getAgentId().isEmpty(), "agent_id", "must be set for an AGENT key");
    require(request.getOwner().isEmpty(), "owner", "must not be set for an AGENT key");
    return keys.createForAgent(
        caller, UUID.fromString(request.getAgentId()), request.getScopesList(), client, expireTime);
  }

  /** {@code GET /v1/keys}. */
  @Override
  public void listKeys(ListKeysRequest request, StreamObserver<ListKeysResponse> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () ->
            keys.list(
                caller,
                NativeMapper.emptyToNull(request.getOwner()),
                Pages.request(request.getPageSize(), request.getPageToken())),
        page -> {
          ListKeysResponse.Builder response = ListKeysResponse.newBuilder();
          Instant now = clock.instant();
          page.items().forEach(key -> response.addKeys(NativeMapper.toWire(key, now)));
          if (page.nextToken() != null) {
            response.setNextPageToken(page.nextToken());
          }
          return response.build();
        });
  }

  /** {@code POST /v1/keys/{key_id}:rotate}. */
  @Override
  public void rotateKey(RotateKeyRequest request, StreamObserver<CreateKeyResponse> observer) {
    var caller = Caller.of();
    Duration overlap =
        request.hasOverlapSeconds() ? Duration.ofSeconds(request.getOverlapSeconds()) : null;
    Instant expireTime =
        request.hasExpireTime() ? NativeMapper.toModel(request.getExpireTime()) : null;
    Reply.send(
        observer,
        () -> keys.rotate(caller, UUID.fromString(request.getKeyId()), overlap, expireTime),
        this::toWire);
  }

  /** {@code DELETE /v1/keys/{key_id}}. */
  @Override
  public void revokeKey(RevokeKeyRequest request, StreamObserver<Empty> observer) {
    var caller = Caller.of();
    Reply.send(
        observer,
        () -> keys.revoke(caller, UUID.fromString(request.getKeyId())),
        revoked -> Empty.getDefaultInstance());
  }

  private CreateKeyResponse toWire(Keys.Created created) {
    Key key = NativeMapper.toWire(created.key(), clock.instant());
    CreateKeyResponse.Builder response =
        CreateKeyResponse.newBuilder()
            .setKeyId(key.getKeyId())
            .setSecret(created.secret().text())
            .setType(key.getType())
            .setOwner(key.getOwner())
            .addAllScopes(key.getScopesList())
            .setCreateTime(key.getCreateTime());
    if (key.hasAgentId()) {
      response.setAgentId(key.getAgentId());
    }
    if (key.hasClient()) {
      response.setClient(key.getClient());
    }
    if (key.hasExpireTime()) {
      response.setExpireTime(key.getExpireTime());
    }
    return response.build();
  }

  private static void require(boolean holds, String field, String description) {
    if (!holds) {
      throw SessionException.invalid(FieldViolation.format(field, description));
    }
  }
}
