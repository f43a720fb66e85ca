package dev.parley.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.storage.Store;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class KeyUsageRecorderTest {
  private static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");
  private static final UUID KEY = new UUID(1, 1);

  private final List<Map<UUID, Instant>> written = new ArrayList<>();
  private boolean failing;
  private final KeyUsageRecorder uses = new KeyUsageRecorder(store());

  /** A store that only records uses of keys. */
  private Store store() {
    return (Store)
        Proxy.newProxyInstance(
            KeyUsageRecorderTest.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) -> {
              assertThat(method.getName()).isEqualTo("noteApiKeyUses");
              if (failing) {
                return CompletableFuture.failedFuture(new IllegalStateException("no store"));
              }
              @SuppressWarnings("unchecked")
              Map<UUID, Instant> times = (Map<UUID, Instant>) arguments[0];
              written.add(times);
              return CompletableFuture.completedFuture(times.size());
            });
  }

  @Test
  void manyUses_areOneWriteOfTheLast() {
    for (int i = 0; i <= 9; i++) {
      uses.record(KEY, TIME.plusSeconds(i));
    }

    uses.write();
    uses.write();

    assertThat(written).containsExactly(Map.of(KEY, TIME.plusSeconds(9)));
  }

  @Test
  void writeThatFails_isDoneAgainWithWhatCameSince() {
    UUID other = new UUID(2, 2);
    uses.record(KEY, TIME);
    uses.record(other, TIME);
    failing = true;
    uses.write();
    failing = false;
    uses.record(KEY, TIME.plusSeconds(1));

    uses.write();

    assertThat(written).containsExactly(Map.of(KEY, TIME.plusSeconds(1), other, TIME));
  }

  @Test
  void keysBeyondTheMost_waitForTheNextTime() {
    for (int i = 0; i <= KeyUsageRecorder.KEYS_MAX; i++) {
      uses.record(new UUID(7, i), TIME);
    }
    uses.record(new UUID(7, 0), TIME.plusSeconds(1));

    uses.write();

    assertThat(written.get(0))
        .hasSize(KeyUsageRecorder.KEYS_MAX)
        .containsEntry(new UUID(7, 0), TIME.plusSeconds(1))
        .doesNotContainKey(new UUID(7, KeyUsageRecorder.KEYS_MAX));
  }

  @Test
  void close_writesWhatIsLeft() {
    uses.record(KEY, TIME);

    uses.close();

    assertThat(written).containsExactly(Map.of(KEY, TIME));
  }
}
