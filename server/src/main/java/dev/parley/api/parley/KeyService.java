package dev.parley.api.parley;

import com.google.protobuf.Empty;
import dev.parley.api.call.Call;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.RequestIds;
import dev.parley.core.Keys;
import dev.parley.core.page.Page;
import dev.parley.model.ApiKey;
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
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** {@code parley.v1.KeyService}: {@code /v1/keys}. */
final class KeyService {
  private final Keys keys;

  private final Clock clock;

  KeyService(Keys keys, Clock clock) {
    this.keys = keys;
    this.clock = clock;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(KeyServiceGrpc.getServiceDescriptor())
        .unary(KeyServiceGrpc.getCreateKeyMethod(), this::createKey, this::toWire)
        .unary(KeyServiceGrpc.getListKeysMethod(), this::listKeys, this::toWire)
        .unary(KeyServiceGrpc.getRotateKeyMethod(), this::rotateKey, this::toWire)
        .unary(
            KeyServiceGrpc.getRevokeKeyMethod(),
            this::revokeKey,
            revoked -> Empty.getDefaultInstance())
        .build();
  }

  /** {@code POST /v1/keys}. */
  private CompletableFuture<Keys.Created> createKey(Call call, CreateKeyRequest request) {
    String client = NativeMapper.emptyToNull(request.getClient());
    Instant expireTime =
        request.hasExpireTime() ? NativeMapper.toModel(request.getExpireTime()) : null;
    if (request.getType() == Key.Type.MASTER) {
      require(!request.getOwner().isEmpty(), "owner", "must be set for a MASTER key");
      require(request.getAgentId().isEmpty(), "agent_id", "must not be set for a MASTER key");
      require(request.getScopesCount() == 0, "scopes", "must not be set for a MASTER key");
      return keys.createMaster(
          call.caller(),
          request.getOwner(),
          client,
          expireTime,
          request.getReplace(),
          RequestIds.toModel(request.getRequestId()));
    }
    require(!request.getAgentId().isEmpty(), "agent_id", "must be set for an AGENT key");
    require(request.getOwner().isEmpty(), "owner", "must not be set for an AGENT key");
    require(!request.getReplace(), "replace", "must not be set for an AGENT key");
    return keys.createForAgent(
        call.caller(),
        UUID.fromString(request.getAgentId()),
        request.getScopesList(),
        client,
        expireTime,
        RequestIds.toModel(request.getRequestId()));
  }

  /** {@code GET /v1/keys}. */
  private CompletableFuture<Page<ApiKey>> listKeys(Call call, ListKeysRequest request) {
    return keys.list(
        call.caller(),
        NativeMapper.emptyToNull(request.getOwner()),
        Pages.request(request.getPageSize(), request.getPageToken()));
  }

  private ListKeysResponse toWire(Page<ApiKey> page) {
    ListKeysResponse.Builder response = ListKeysResponse.newBuilder();
    Instant now = clock.instant();
    page.items().forEach(key -> response.addKeys(NativeMapper.toWire(key, now)));
    NativeMapper.ifPresent(page.nextToken(), response::setNextPageToken);
    return response.build();
  }

  /** {@code POST /v1/keys/{key_id}:rotate}. */
  private CompletableFuture<Keys.Created> rotateKey(Call call, RotateKeyRequest request) {
    return keys.rotate(
        call.caller(),
        UUID.fromString(request.getKeyId()),
        request.hasOverlapSeconds() ? Duration.ofSeconds(request.getOverlapSeconds()) : null,
        request.hasExpireTime() ? NativeMapper.toModel(request.getExpireTime()) : null,
        RequestIds.toModel(request.getRequestId()));
  }

  /** {@code DELETE /v1/keys/{key_id}}. */
  private CompletableFuture<Void> revokeKey(Call call, RevokeKeyRequest request) {
    return keys.revoke(call.caller(), UUID.fromString(request.getKeyId()));
  }

  private CreateKeyResponse toWire(Keys.Created created) {
    Key key = NativeMapper.toWire(created.key(), clock.instant());
    CreateKeyResponse.Builder response =
        CreateKeyResponse.newBuilder()
            .setKeyId(key.getKeyId())
            .setSecret(created.secret() == null ? "" : created.secret().text())
            .setAlreadyCreated(created.secret() == null)
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
