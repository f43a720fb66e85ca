package dev.parley.storage.rocksdb;

import dev.parley.model.Json;
import dev.parley.model.Run;
import dev.parley.model.RunRef;
import dev.parley.model.SessionRef;
import java.util.List;
import java.util.function.UnaryOperator;

/** What is done to runs. */
final class RunWrites {
  RunWrites(SessionRows rows) {}

  Run create(Batch batch, SessionRef.ById ref, Run run) {
    throw new UnsupportedOperationException();
  }

  Run update(Batch batch, RunRef ref, UnaryOperator<Run> change) {
    throw new UnsupportedOperationException();
  }

  Run putContext(Batch batch, RunRef ref, List<Json> items) {
    throw new UnsupportedOperationException();
  }
}
