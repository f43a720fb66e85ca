package dev.parley.bench;

import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** A workload. */
enum Workload {
  APPEND {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      return api.append(data.anyWritten());
    }
  },
  HISTORY {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      return api.history(data.longHistory());
    }
  },
  FIRST_PAGE {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      return api.firstPage(data.large());
    }
  },
  DEEP_PAGE {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      return api.pageAfter(data.large(), deep);
    }
  },
  GET {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      return api.get(data.anyLarge());
    }
  },
  /**
   * Seven reads of histories, two appends and one list, all of the agent that receives the appends.
   */
  MIX {
    @Override
    CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep) {
      int ticket = ThreadLocalRandom.current().nextInt(10);
      if (ticket < 7) {
        return api.history(data.longHistory());
      }
      return ticket < 9
          ? api.append(data.anyWritten())
          : api.firstPage(data.written().get(0).agentId());
    }
  };

  /** Makes one call. */
  abstract CompletableFuture<?> call(SessionApi api, Data data, ListPosition deep);

  /** The name in tables and JSON. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
