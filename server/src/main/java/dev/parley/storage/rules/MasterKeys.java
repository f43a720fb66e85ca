package dev.parley.storage.rules;

import dev.parley.model.ApiKey;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which keys are revoked together with a master key. All stores use these rules. */
public final class MasterKeys {
  /** In the order of rotations. Of two keys of the same time, the first expires earlier. */
  private static final Comparator<ApiKey> SUCCESSION =
      Comparator.comparing(ApiKey::createTime)
          .thenComparing(ApiKey::expireTime, Comparator.nullsLast(Comparator.naturalOrder()));

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
   * owner's agents. Empty if the owner has a live master key that came after {@code key}. One that
   * came before is only live until its rotation ends, and agent keys must not outlive it.
   *
   * @param ofOwner the keys of the owner
   */
  public static List<ApiKey> revokedWith(ApiKey key, Collection<ApiKey> ofOwner, Instant now) {
    List<ApiKey> live = ofOwner.stream().filter(other -> other.isLive(now)).toList();
    return live.stream().anyMatch(other -> other.isMaster() && SUCCESSION.compare(other, key) > 0)
        ? List.of()
        : live.stream().filter(other -> !other.isMaster()).toList();
  }

  /** The live master keys among {@code live}, the newest first. There are several in a rotation. */
  static List<ApiKey> newestFirst(Collection<ApiKey> live) {
    return live.stream().filter(ApiKey::isMaster).sorted(SUCCESSION.reversed()).toList();
  }

  /**
   * Fails with {@code CREDENTIAL_INVALID} if the key that calls is not live. It was live when the
   * call began.
   *
   * @param caller the key as it is stored now; null if it does not exist
   */
  public static void requireLive(@Nullable ApiKey caller, Instant now) {
    if (caller == null || !caller.isLive(now)) {
      throw StoreErrors.credentialInvalid();
    }
  }
}
