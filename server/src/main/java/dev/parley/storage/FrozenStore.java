package dev.parley.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A store in one state, as files that do not change until this is closed. */
public interface FrozenStore extends AutoCloseable {

  /** Its files, in one folder. A store can be opened over copies of them. */
  List<Path> files();

  /** What it holds. */
  StoreCounts counts();

  /** The number of its layout. */
  int layout();

  @Override
  void close() throws IOException;
}
