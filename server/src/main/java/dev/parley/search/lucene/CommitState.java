package dev.parley.search.lucene;

import dev.parley.search.text.MessageAnalyzer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;

/** What the commits of an index say about it: version, time and completeness. */
final class CommitState {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final String VERSION = "version";
  private static final String THROUGH = "through";
  private static final String COMPLETE = "complete";
  private static final String CURRENT_VERSION = String.valueOf(MessageAnalyzer.VERSION);

  private final IndexWriter writer;
  private volatile Instant through;
  private @Nullable String complete;
  private long lastCommitNanos = System.nanoTime();

  private CommitState(IndexWriter writer, Instant through, @Nullable String complete) {
    this.writer = writer;
    this.through = through;
    this.complete = complete;
  }

  /** The state of the last commit. */
  static CommitState of(IndexWriter writer) {
    Map<String, String> data = new HashMap<>();
    if (writer.getLiveCommitData() != null) {
      writer.getLiveCommitData().forEach(entry -> data.put(entry.getKey(), entry.getValue()));
    }
    String through = data.get(THROUGH);
    return new CommitState(
        writer, through == null ? Instant.EPOCH : Instant.parse(through), data.get(COMPLETE));
  }

  /** Fails if the folder has an index of another version. */
  static void requireVersion(Directory directory) throws IOException {
    if (!DirectoryReader.indexExists(directory)) {
      return;
    }
    try {
      String version = SegmentInfos.readLatestCommit(directory).getUserData().get(VERSION);
      if (!CURRENT_VERSION.equals(version)) {
        throw new CorruptIndexException(
            "The index has another version than " + CURRENT_VERSION, String.valueOf(version));
      }
    } catch (IndexNotFoundException e) {
      // No index after all.
    }
  }

  Instant through() {
    return through;
  }

  boolean isComplete(long changeNumber) {
    return String.valueOf(changeNumber).equals(complete);
  }

  /** Removes the mark of a complete index durably before its first change. */
  void changing() throws IOException {
    if (complete != null) {
      complete = null;
      commit();
    }
  }

  void published(Instant through) {
    this.through = through;
  }

  /** Makes the changes durable, if the last time was a while ago. */
  void commitIfDue() throws IOException {
    if (writer.hasUncommittedChanges()
        && System.nanoTime() - lastCommitNanos >= INTERVAL.toNanos()) {
      commit();
    }
  }

  void commitComplete(long changeNumber) throws IOException {
    complete = String.valueOf(changeNumber);
    commit();
  }

  private void commit() throws IOException {
    Map<String, String> data = new HashMap<>();
    data.put(VERSION, CURRENT_VERSION);
    data.put(THROUGH, through.toString());
    if (complete != null) {
      data.put(COMPLETE, complete);
    }
    writer.setLiveCommitData(data.entrySet());
    writer.commit();
    lastCommitNanos = System.nanoTime();
  }
}
