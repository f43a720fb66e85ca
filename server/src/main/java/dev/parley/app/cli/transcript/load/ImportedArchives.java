package dev.parley.app.cli.transcript.load;

import dev.parley.proto.v1.ListArchivesRequest;
import dev.parley.proto.v1.ListArchivesResponse;
import dev.parley.proto.v1.Session;
import dev.parley.proto.v1.SessionServiceGrpc;
import java.util.HashMap;
import java.util.Map;

/**
 * The archives that an agent had before an import. An earlier import may have created them. They
 * are recognized by key and message count, because an imported archive gets a new file name.
 */
final class ImportedArchives {
  private static final int PAGE = 1_000;

  private final Map<Identity, Integer> left = new HashMap<>();

  /** What identifies an archive. */
  private record Identity(String key, long messages) {}

  private ImportedArchives() {}

  /** Lists an agent's archives. */
  static ImportedArchives of(SessionServiceGrpc.SessionServiceBlockingStub calls, String agentId) {
    ImportedArchives archives = new ImportedArchives();
    ListArchivesRequest.Builder request =
        ListArchivesRequest.newBuilder().setAgentId(agentId).setPageSize(PAGE);
    ListArchivesResponse page;
    do {
      page = calls.listArchives(request.build());
      page.getArchivesList()
          .forEach(each -> archives.left.merge(identityOf(each), 1, Integer::sum));
      request.setPageToken(page.getNextPageToken());
    } while (page.hasNextPageToken());
    return archives;
  }

  /** Consumes a matching archive; false if none is left. */
  boolean take(Session archived) {
    return left.merge(identityOf(archived), -1, Integer::sum) >= 0;
  }

  private static Identity identityOf(Session session) {
    return new Identity(session.getKey(), session.getMessageCount());
  }
}
