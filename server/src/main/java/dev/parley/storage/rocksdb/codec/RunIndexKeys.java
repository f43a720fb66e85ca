package dev.parley.storage.rocksdb.codec;

import dev.parley.model.Run;
import dev.parley.storage.rocksdb.record.RunRecord;
import dev.parley.storage.run.RunPosition;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The keys of the index of runs by state, which are part of {@code INDEXES}. */
public final class RunIndexKeys {
  private static final byte RUN = 'q';
  private static final int AGENT_BYTES = 1 + Keys.ID_BYTES;
  private static final int LIST_BYTES = AGENT_BYTES + 1;
  private static final int KEY_BYTES = LIST_BYTES + Long.BYTES + Keys.ID_BYTES + Long.BYTES;

  private RunIndexKeys() {}

  /** The prefix of the index, of all agents. */
  public static byte[] ofAll() {
    return new byte[] {RUN};
  }

  /** The prefix of the entries of an agent's runs. */
  public static byte[] ofAgent(UUID agentId) {
    return Keys.tagged(RUN, agentId, 0).array();
  }

  /** The prefix of the entries of an agent's runs in a state. */
  public static byte[] ofState(UUID agentId, Run.State state) {
    byte number = (byte) RunRecord.State.valueOf(state.name()).getNumber();
    return Keys.tagged(RUN, agentId, 1).put(number).array();
  }

  /** The entry of a run. */
  public static byte[] of(Run run) {
    return of(ofState(run.agentId(), run.state()), RunPosition.of(run));
  }

  /** The entry of a run at a position, given the prefix of its state. */
  public static byte[] of(byte[] list, RunPosition position) {
    byte[] entry = IndexKeys.indexEntry(list, position.createTime(), position.sessionId());
    return Keys.join(entry, Keys.ofSequence(Long.MAX_VALUE - position.number()));
  }

  /** Whether this is a key of the index. */
  public static boolean isOne(byte[] key) {
    return key.length == KEY_BYTES && key[0] == RUN;
  }

  /** The key of the run row that an entry leads to. */
  public static byte[] rowOf(byte[] entry) {
    UUID sessionId = Keys.toId(entry, LIST_BYTES + Long.BYTES);
    long number = Long.MAX_VALUE - ByteBuffer.wrap(entry).getLong(KEY_BYTES - Long.BYTES);
    return Keys.run(Keys.toId(entry, 1), sessionId, number);
  }
}
