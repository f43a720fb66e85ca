package dev.parley.storage.rules;

import dev.parley.model.ApiKey;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** Which keys are revoked together with a master key. All stores use these rules. */
public final class MasterKeys {
  private MasterKeys() {}

  /**
   * The keys that are revoked if {@code key}, a new master key, replaces the live master key: all
   * live keys of the owner. Empty if the owner has no live master key.
   *
   * @param ofOwner the keys of the owner
   */
  public static List<ApiKey> replacedBy(ApiKey key, Collection<ApiKey> ofOwner) {
    List<ApiKey> live = ofOwner.stream().filter(older -> older.isLive(key.createTime())).toList();
    return live.stream().anyMatch(ApiKey::isMaster) ? live : List.of();
  }

  /**
   * The keys that are revoked if {@code key}, a master key, is revoked: the live keys of the
   * owner's agents. Empty if the owner has another live master key.
   *
   * @param ofOwner the keys of the owner
   */
  public static List<ApiKey> revokedWith(ApiKey key, Collection<ApiKey> ofOwner, Instant now) {
    List<ApiKey> live =
        ofOwner.stream()
            .filter(other -> other.isLive(now) && !other.keyId().equals(key.keyId()))
            .toList();
    return live.stream().noneMatch(ApiKey::isMaster) ? live : List.of();
  }
}
