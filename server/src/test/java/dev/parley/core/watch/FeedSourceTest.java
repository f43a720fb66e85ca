package dev.parley.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Agent;
import dev.parley.storage.Store;
import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangeQuery;
import dev.parley.storage.live.SessionNotices;
import dev.parley.testing.Agents;
import dev.parley.testing.AuditContexts;
import dev.parley.testing.memory.InMemoryStore;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FeedSourceTest {
  private final Store store = new InMemoryStore();

  @AfterEach
  void close() {
    store.close();
  }

  /** A store whose log ends at the requested position, as on a server that is behind. */
  private Store behind() {
    return (Store)
        Proxy.newProxyInstance(
            Store.class.getClassLoader(),
            new Class<?>[] {Store.class},
            (proxy, method, arguments) ->
                method.getName().equals("listChanges")
                    ? CompletableFuture.completedFuture(
                        new ChangePage(List.of(), ((ChangeQuery) arguments[0]).after()))
                    : method.invoke(store, arguments));
  }

  @Test
  void partOfAChangeThatAnotherServerReported_isNotRepeated() {
    Agent agent = store.createAgent(Agents.of("acme"), AuditContexts.any()).join();
    SessionNotices notices = new SessionNotices(Runnable::run);
    FeedSource source =
        new FeedSource(
            behind(),
            new WatchGroups<>((feed, changed) -> notices.watchAgent(feed.agentId(), changed)),
            new FeedSource.Feed(agent.agentId(), "acme", null, EnumSet.of(WatchInclude.MESSAGES)),
            () -> {});
    WatchCursor part = WatchCursor.withinChange(345, 12);

    WatchPage page = source.read(part).join();

    assertThat(page).isEqualTo(new WatchPage(List.of(), part, false, false));
  }
}
