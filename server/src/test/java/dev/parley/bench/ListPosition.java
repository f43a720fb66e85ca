package dev.parley.bench;

import dev.parley.proto.v1.ListSessionsResponse;
import dev.parley.proto.v1.Session;
import dev.parley.storage.query.Cursor;
import java.time.Instant;
import java.util.UUID;

/**
 * A position deep in a list of sessions.
 *
 * @param token the page token of the server
 * @param cursor the cursor of the store
 */
record ListPosition(String token, Cursor cursor) {
  private static final int PAGES = 45;
  private static final int PAGE_SIZE = 1_000;

  /**
   * The position after {@value #PAGES} pages of 1,000 sessions: page 900 with 50 sessions per page.
   */
  static ListPosition deep(GrpcCalls server, UUID agentId) {
    ListSessionsResponse page = ListSessionsResponse.getDefaultInstance();
    for (int i = 0; i < PAGES; i++) {
      page = server.page(agentId, PAGE_SIZE, page.getNextPageToken()).join();
    }
    Session last = page.getSessions(page.getSessionsCount() - 1);
    Instant time =
        Instant.ofEpochSecond(last.getUpdateTime().getSeconds(), last.getUpdateTime().getNanos());
    return new ListPosition(
        page.getNextPageToken(), new Cursor(time, UUID.fromString(last.getSessionId())));
  }
}
