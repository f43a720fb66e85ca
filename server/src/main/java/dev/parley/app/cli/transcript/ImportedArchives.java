package dev.parley.app.cli.transcript;

import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListArchivesResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import java.util.HashMap;
import java.util.Map;

/**
 * The archives that an agent had before an import: a run before may have made them, and an archive
 * has no name that a file could bring. They are told by their key and how many messages they hold;
 * of several that are alike, those that come first in the file were made first.
 */
final class ImportedArchives {
  private static final int PAGE = 1_000;

  private final Map<Sign, Integer> left = new HashMap<>();

  /** What an archive is told by. */
  private record Sign(String key, long messages) {}

  private ImportedArchives() {}

  /** Lists an agent's archives. */
  static ImportedArchives of(SessionServiceGrpc.SessionServiceBlockingStub calls, String agentId) {
    ImportedArchives archives = new ImportedArchives();
    ListArchivesRequest.Builder request =
        ListArchivesRequest.newBuilder().setAgentId(agentId).setPageSize(PAGE);
    ListArchivesResponse page;
    do {
      page = calls.listArchives(request.build());
      page.getArchivesList().forEach(each -> archives.left.merge(sign(each), 1, Integer::sum));
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    return archives;
  }

  /** Whether there is one like this that was not taken yet; takes it. */
  boolean take(Session archived) {
    return left.merge(sign(archived), -1, Integer::sum) >= 0;
  }

  private static Sign sign(Session session) {
    return new Sign(session.getKey(), session.getMessageCount());
  }
}
