package dev.parley.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.model.Session;
import dev.parley.storage.query.KeyQuery;
import dev.parley.storage.query.ListOrder;
import dev.parley.storage.query.SessionFilter;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages of the keys of active sessions. */
abstract class KeyPagingCases extends StoreCases {
  private static final String USER = "ann";

  private final String owner = Agents.owner();
  private final TreeSet<String> keys = new TreeSet<>(ListOrder.BY_CODE_POINT);
  private Agent first;
  private Agent second;

  @BeforeEach
  void makeSessions() {
    first = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
    second = get(store().createAgent(Agents.of(owner), AuditContexts.any()));
    make(newAgent().agentId(), "a foreign key");
    for (String key : List.of("a", "ab", "a\uFF5E", "a\uD83D\uDE00", "b", "Z")) {
      make(first.agentId(), key);
      make(second.agentId(), key);
    }
    for (int i = 0; i < 20; i++) {
      make((i % 3 == 0 ? first : second).agentId(), "key " + i);
    }
  }

  private void make(UUID agentId, String key) {
    Session.Profile profile = Session.Profile.EMPTY.withUser(USER).withClient("web");
    get(
        store()
            .createSession(
                Session.create(agentId, UUID.randomUUID(), key, profile, clock.instant())));
    if (!key.startsWith("a foreign")) {
      keys.add(key);
    }
  }

  private static List<SessionFilter> filters(String owner) {
    return List.of(
        new SessionFilter(null, owner, null, null),
        new SessionFilter(null, owner, USER, null),
        new SessionFilter(null, owner, USER, "web"),
        new SessionFilter(null, owner, null, "web"));
  }

  private List<String> page(SessionFilter filter, String after, int limit, long bytesMax) {
    KeyQuery query = new KeyQuery(filter, after, limit, bytesMax);
    return get(store().listKeys(query, Cancellation.NONE));
  }

  @Test
  void listKeys_byPages_eachOnceByCodePoint() {
    for (SessionFilter filter : filters(owner)) {
      for (int limit : new int[] {1, 3, 26, 100}) {
        List<String> all = new ArrayList<>();
        String after = null;
        for (List<String> page = page(filter, after, limit, NO_BYTES_MAX);
            !page.isEmpty();
            page = page(filter, after, limit, NO_BYTES_MAX)) {
          assertThat(page).hasSizeLessThanOrEqualTo(limit);
          all.addAll(page);
          after = all.get(all.size() - 1);
        }
        assertThat(all).as(filter + " by " + limit).containsExactlyElementsOf(keys);
      }
    }
  }

  @Test
  void listKeys_bytes_endAfterTheKeyThatPassesTheBound() {
    List<String> sorted = List.copyOf(keys);
    assertThat(sorted).startsWith("Z", "a", "ab");
    for (SessionFilter filter : filters(owner)) {
      assertThat(page(filter, null, 100, 0)).containsExactly("Z");
      assertThat(page(filter, null, 100, 1)).containsExactly("Z", "a");
      assertThat(page(filter, null, 100, 2)).containsExactly("Z", "a", "ab");
      assertThat(page(filter, null, 100, 3)).containsExactly("Z", "a", "ab");
    }
  }

  @Test
  void listKeys_afterAKeyThatIsNotThere_goesOnBehindIt() {
    for (SessionFilter filter : filters(owner)) {
      assertThat(page(filter, "aa", 1, NO_BYTES_MAX)).containsExactly("ab");
      assertThat(page(filter, "zzz", 1, NO_BYTES_MAX)).isEmpty();
    }
  }

  @Test
  void listKeys_ofOneAgent_itsKeysOnly() {
    SessionFilter ofFirst = SessionFilter.ofAgent(first.agentId());

    assertThat(page(ofFirst, "b", 3, NO_BYTES_MAX)).containsExactly("key 0", "key 12", "key 15");
    assertThat(page(ofFirst, "key 9", 3, NO_BYTES_MAX)).isEmpty();
  }
}
