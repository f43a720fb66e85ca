package dev.parley.storage.rocksdb;

import dev.parley.model.Json;
import dev.parley.model.SessionRef;
import dev.parley.storage.RunPage;
import dev.parley.storage.RunQuery;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs of one session. */
final class RunReads {
  private RunReads() {}

  static Optional<RunPage> list(View view, RunQuery query) {
    throw new UnsupportedOperationException();
  }

  static Optional<RunPage> find(View view, SessionRef.ById ref, Set<String> runIds) {
    throw new UnsupportedOperationException();
  }

  static Optional<Map<String, List<Json>>> contexts(
      View view, SessionRef.ById ref, Set<String> runIds) {
    throw new UnsupportedOperationException();
  }
}
