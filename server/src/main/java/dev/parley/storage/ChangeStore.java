package dev.parley.storage;

import dev.parley.storage.change.ChangePage;
import dev.parley.storage.change.ChangePosition;
import dev.parley.storage.change.ChangeQuery;
import java.util.concurrent.CompletableFuture;

/**
 * Reads the change log: one entry for each change of a session, its messages or its runs. {@link
 * Store} describes what all methods share.
 *
 * <p><b>Writes.</b> Each write of sessions, messages and runs adds its entries in the same atomic
 * change. A write that fails or changes nothing adds none. An append that creates its session adds
 * two: {@code SESSION}, then {@code APPENDED}. {@link SessionStore#rescheduleExpiry} and {@link
 * dev.parley.storage.transfer.StoreTransfer} add none.
 *
 * <p><b>Order.</b> Entries of one session are in the order in which the changes took effect. The
 * order of entries of different sessions is that of their positions, which need not be the order of
 * the commits.
 *
 * <p><b>Completeness.</b> A reader that repeats {@link #listChanges} from {@code next} receives
 * each entry once, also through other servers of the same database, after restarts, and while
 * others write. An entry may become readable later than its change: a store that several servers
 * share waits until no entry with a smaller position can appear. This is the only exception to the
 * rule that a read sees all completed writes.
 *
 * <p><b>Validity.</b> Positions do not expire. They stay valid across restarts, and in a copy or a
 * backup of the store. A position that the store has not reached, because an older backup was
 * restored, is treated as the last position. Entries are kept until their agent is deleted.
 */
public interface ChangeStore {
  /**
   * The last position that can be read. All later entries have a greater position. Reads of the
   * store that start after this future has completed see every change up to the position.
   *
   * <p>To follow sessions without a gap, call this first, then read the sessions, then list the
   * changes after the position. The sessions may already contain some of the changes that are
   * listed, so a reader must accept an entry of which it has seen the effect.
   *
   * <p>Also fails with {@code UNAVAILABLE} while a server that has just started waits for
   * transactions that others have open in a shared store.
   */
  CompletableFuture<ChangePosition> lastChange();

  /**
   * Lists changes of agents, in the order of their positions. The cost grows with the number of
   * agents and the number of changes on the page, not with the number of other changes.
   */
  CompletableFuture<ChangePage> listChanges(ChangeQuery query, Cancellation cancellation);
}
