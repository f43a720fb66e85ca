package dev.parley.storage.rocksdb.repair;

import dev.parley.storage.rocksdb.engine.ColumnFamily;
import dev.parley.storage.rocksdb.engine.DatabaseSnapshot;
import dev.parley.storage.rocksdb.engine.Scan;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Scans all entries of a column family in key order and passes over ranges that cannot be read.
 *
 * <p>A damaged block makes its whole key range unreadable, also the entries that other tables have
 * in this range. These are read from a second database, which has the intact tables only.
 */
final class TolerantScan implements AutoCloseable {
  /** Longer than the keys of rows. */
  private static final int KEY_BYTES = 48;

  private static final Pattern TABLE = Pattern.compile("\\d{6,}\\.sst");

  private final ColumnFamily family;
  private final byte[] prefix;
  private final DatabaseSnapshot all;
  private Scan scan;
  private final @Nullable Scan intact;
  private final Loss.Receiver losses;
  private byte @Nullable [] key;
  private byte[] last;
  private boolean started;

  /** Whether the current entry comes from the intact tables. */
  private boolean inDamagedRange;

  private byte @Nullable [] rangeEnd;

  /**
   * Moves to the first entry.
   *
   * @param prefix the prefix of the keys; empty for all entries
   * @param intact the intact tables; null if they are the same
   */
  TolerantScan(
      ColumnFamily family,
      byte[] prefix,
      DatabaseSnapshot all,
      @Nullable DatabaseSnapshot intact,
      Loss.Receiver losses) {
    this.family = family;
    this.losses = losses;
    this.prefix = prefix;
    this.all = all;
    last = prefix;
    scan = all.scan(family, prefix);
    this.intact = intact == null ? null : intact.scan(family, prefix);
    step();
  }

  /** The key of the current entry; null at the end. */
  byte @Nullable [] key() {
    return key;
  }

  /** The value of the current entry. */
  byte[] value() {
    return current().value();
  }

  /**
   * Whether newer states of the current entry may be damaged. It may even have been deleted in
   * them.
   */
  boolean mayBeOutdated() {
    return inDamagedRange;
  }

  private Scan current() {
    return inDamagedRange && intact != null ? intact : scan;
  }

  /** Moves to the next entry, or to the end. */
  void step() {
    if (inDamagedRange && intact != null) {
      intact.next();
      settleInRange(intact);
      return;
    }
    if (started) {
      scan.next();
    } else {
      scan.seek(last);
    }
    settle();
  }

  private void settle() {
    RocksDBException error = scan.error();
    if (error == null) {
      take(scan);
      return;
    }
    byte[] from = started ? Arrays.copyOf(last, last.length + 1) : last;
    rangeEnd = skip(from);
    String file = fileOf(error);
    losses.lost(
        Loss.ofEntries(
            file,
            "A range of the "
                + family.name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + " cannot be read."));
    if (intact == null) {
      takeAfterRange();
    } else {
      inDamagedRange = true;
      intact.seek(from);
      settleInRange(intact);
    }
  }

  private void settleInRange(Scan intact) {
    boolean isInRange =
        intact.error() == null
            && intact.isValid()
            && (rangeEnd == null || Arrays.compareUnsigned(intact.key(), rangeEnd) < 0);
    if (isInRange) {
      take(intact);
    } else {
      inDamagedRange = false;
      takeAfterRange();
    }
  }

  private void takeAfterRange() {
    if (rangeEnd == null) {
      key = null;
    } else {
      take(scan);
    }
  }

  private void take(Scan from) {
    started = true;
    key = from.isValid() ? from.key() : null;
    if (key != null) {
      last = key;
    }
  }

  /**
   * Moves behind the damaged range that starts at {@code from}: doubles the distance until a seek
   * succeeds, then bisects. Returns the end of the range; null if nothing behind it can be read.
   */
  private byte @Nullable [] skip(byte[] from) {
    BigInteger end = BigInteger.ONE.shiftLeft(KEY_BYTES * Byte.SIZE).subtract(BigInteger.ONE);
    BigInteger start = new BigInteger(1, Arrays.copyOf(from, KEY_BYTES));
    BigInteger bad = start;
    BigInteger distance = BigInteger.ONE;
    BigInteger good = start.add(distance);
    while (!canSeek(good)) {
      if (good.equals(end)) {
        return null;
      }
      bad = good;
      distance = distance.shiftLeft(1);
      good = start.add(distance).min(end);
    }
    while (good.subtract(bad).compareTo(BigInteger.ONE) > 0) {
      BigInteger middle = good.add(bad).shiftRight(1);
      if (canSeek(middle)) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    canSeek(good);
    return keyOf(good);
  }

  /** After an error, a seek of the same iterator may report that error again. */
  private boolean canSeek(BigInteger key) {
    scan.close();
    scan = all.scan(family, prefix);
    scan.seek(keyOf(key));
    return scan.error() == null;
  }

  private static byte[] keyOf(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] key = new byte[KEY_BYTES];
    int length = Math.min(bytes.length, KEY_BYTES);
    System.arraycopy(bytes, bytes.length - length, key, KEY_BYTES - length, length);
    return key;
  }

  /** The table that an error names. */
  private static @Nullable String fileOf(RocksDBException error) {
    Matcher name = TABLE.matcher(String.valueOf(error.getMessage()));
    return name.find() ? DamagedDatabase.FOLDER + "/" + name.group() : null;
  }

  @Override
  public void close() {
    scan.close();
    if (intact != null) {
      intact.close();
    }
  }
}
