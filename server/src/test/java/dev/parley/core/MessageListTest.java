package dev.parley.core;

import static dev.parley.core.CoreFixture.message;
import static dev.parley.testing.Failures.assertReason;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.append.NewMessage;
import dev.parley.core.page.MessageListing;
import dev.parley.core.page.MessageStart;
import dev.parley.core.page.MessageWindow;
import dev.parley.core.page.Page;
import dev.parley.core.page.PageRequest;
import dev.parley.model.Content;
import dev.parley.model.ErrorReason;
import dev.parley.model.Json;
import dev.parley.model.Message;
import dev.parley.model.Role;
import dev.parley.model.Session;
import dev.parley.model.SessionRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of messages that start somewhere, go both ways, or leave messages out. */
class MessageListTest {
  private static final int COUNT = 9;
  private static final Set<Role> ALL = EnumSet.allOf(Role.class);

  private final CoreFixture core = new CoreFixture();
  private SessionRef.ById ref;
  private List<Message> stored;

  @BeforeEach
  void appendNine() {
    Session session = core.create(core.root, "key");
    ref = core.root.byId(session.agentId(), session.sessionId());
    for (int i = 1; i <= COUNT; i++) {
      // Two messages each have the same time.
      core.clock.advance(Duration.ofSeconds(i % 2));
      Role role = i % 3 == 0 ? Role.TOOL : Role.USER;
      core.append(
          session, new NewMessage("m" + i, role, Content.text("" + i), run(i), Json.EMPTY_OBJECT));
    }
    stored = list(listing(false, null, false), 99, null).messages();
  }

  private static String run(int i) {
    return i % 4 == 0 ? "run" : null;
  }

  private MessageListing listing(boolean newestFirst, MessageStart start, boolean around) {
    return new MessageListing(ref, newestFirst, start, around, ALL, null, false, Page.BYTES_MAX);
  }

  private MessageWindow list(MessageListing listing, int size, String token) {
    return core.messages.list(core.root, listing, new PageRequest(size, token)).join();
  }

  private static List<Long> sequences(List<Message> messages) {
    return messages.stream().map(Message::sequence).toList();
  }

  /** Reads on in both directions until the list ends, starting with {@code page}. */
  private List<Long> all(MessageListing listing, int size, MessageWindow page) {
    LinkedList<Long> all = new LinkedList<>(sequences(page.messages()));
    for (String next = page.nextToken(); next != null; ) {
      MessageWindow following = list(listing, size, next);
      all.addAll(sequences(following.messages()));
      next = following.nextToken();
    }
    for (String previous = page.previousToken(); previous != null; ) {
      MessageWindow before = list(listing, size, previous);
      all.addAll(0, sequences(before.messages()));
      previous = before.previousToken();
    }
    return all;
  }

  private static List<Long> expected(boolean newestFirst) {
    List<Long> all = new ArrayList<>();
    for (long sequence = 1; sequence <= COUNT; sequence++) {
      all.add(sequence);
    }
    if (newestFirst) {
      Collections.reverse(all);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void startSequence_pagesGoBothWays(boolean newestFirst) {
    for (long start = 1; start <= COUNT + 2; start++) {
      for (boolean around : new boolean[] {false, true}) {
        for (int size = 1; size <= 4; size++) {
          MessageListing listing = listing(newestFirst, new MessageStart.AtSequence(start), around);
          MessageWindow page = list(listing, size, null);
          assertThat(all(listing, size, page))
              .as("start %d, size %d, around %s", start, size, around)
              .isEqualTo(expected(newestFirst));
          if (!around && start <= COUNT) {
            assertThat(page.messages().get(0).sequence()).isEqualTo(start);
          }
        }
      }
    }
  }

  @Test
  void startSequence_atTheMaximum_isBehindTheNewest() {
    MessageStart start = new MessageStart.AtSequence(Long.MAX_VALUE);
    for (boolean around : new boolean[] {false, true}) {
      MessageWindow newest = list(listing(true, start, around), 99, null);
      MessageWindow oldest = list(listing(false, start, false), 99, null);

      assertThat(sequences(newest.messages())).isEqualTo(expected(true));
      assertThat(newest.previousToken()).isNull();
      assertThat(oldest.messages()).isEmpty();
      assertThat(all(listing(false, start, false), 2, oldest)).isEqualTo(expected(false));
    }
  }

  @Test
  void roles_fullPage_endsAtOnce() {
    MessageListing tools =
        new MessageListing(
            ref, false, null, false, Set.of(Role.TOOL), "run", false, Page.BYTES_MAX);
    MessageListing users =
        new MessageListing(ref, false, null, false, Set.of(Role.USER), null, false, Page.BYTES_MAX);

    assertThat(list(tools, 9, null)).isEqualTo(new MessageWindow(List.of(), null, null));
    assertThat(sequences(list(users, 1, null).messages())).containsExactly(1L);
    assertThat(all(users, 1, list(users, 1, null))).containsExactly(1L, 2L, 4L, 5L, 7L, 8L);
  }

  @Test
  void around_putsTheStartIntoTheMiddle() {
    MessageListing listing = listing(false, new MessageStart.AtMessage("m5"), true);

    assertThat(sequences(list(listing, 4, null).messages())).containsExactly(3L, 4L, 5L, 6L);
    assertThat(sequences(list(listing, 5, null).messages())).containsExactly(3L, 4L, 5L, 6L, 7L);
    assertThat(sequences(list(listing, 1, null).messages())).containsExactly(5L);

    MessageListing down = listing(true, new MessageStart.AtMessage("m5"), true);
    assertThat(sequences(list(down, 4, null).messages())).containsExactly(7L, 6L, 5L, 4L);
  }

  @Test
  void around_endsAtTheEdges() {
    MessageListing first = listing(false, new MessageStart.AtSequence(1), true);
    MessageListing last = listing(false, new MessageStart.AtSequence(COUNT), true);

    assertThat(list(first, 4, null).previousToken()).isNull();
    assertThat(sequences(list(first, 4, null).messages())).containsExactly(1L, 2L);
    assertThat(list(last, 4, null).nextToken()).isNull();
    assertThat(sequences(list(last, 4, null).messages())).containsExactly(7L, 8L, 9L);
  }

  @Test
  void startTime_findsTheFirstAtOrAfterAndTheLastAtOrBefore() {
    for (Message message : stored) {
      for (Duration shift : List.of(Duration.ofMillis(-1), Duration.ZERO, Duration.ofMillis(1))) {
        Instant time = message.createTime().plus(shift);
        MessageStart start = new MessageStart.AtTime(time);
        assertThat(sequences(list(listing(false, start, false), 99, null).messages()))
            .isEqualTo(
                sequences(stored.stream().filter(m -> !m.createTime().isBefore(time)).toList()));
        List<Message> until =
            new ArrayList<>(stored.stream().filter(m -> !m.createTime().isAfter(time)).toList());
        Collections.reverse(until);
        assertThat(sequences(list(listing(true, start, false), 99, null).messages()))
            .isEqualTo(sequences(until));
      }
    }
  }

  @Test
  void startTime_beforeAllOrAfterAll_canBePagedTheOtherWay() {
    for (Instant time : List.of(Instant.EPOCH, Instant.parse("9999-01-01T00:00:00Z"))) {
      for (boolean newestFirst : new boolean[] {false, true}) {
        MessageListing listing = listing(newestFirst, new MessageStart.AtTime(time), false);
        assertThat(all(listing, 2, list(listing, 2, null))).isEqualTo(expected(newestFirst));
      }
    }
  }

  @Test
  void startMessageId_unknown_fails() {
    assertReason(
        ErrorReason.MESSAGE_NOT_FOUND,
        () ->
            core.messages.list(
                core.root,
                listing(false, new MessageStart.AtMessage("m10"), false),
                new PageRequest(1, null)));
  }

  @Test
  void emptySession_hasOneEmptyPage() {
    Session empty = core.create(core.root, "empty");
    ref = core.root.byId(empty.agentId(), empty.sessionId());
    for (MessageStart start :
        List.of(new MessageStart.AtSequence(1), new MessageStart.AtTime(core.now()))) {
      for (boolean newestFirst : new boolean[] {false, true}) {
        assertThat(list(listing(newestFirst, start, true), 4, null))
            .isEqualTo(new MessageWindow(List.of(), null, null));
        assertThat(list(listing(newestFirst, start, false), 4, null))
            .isEqualTo(new MessageWindow(List.of(), null, null));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rolesAndRun_leaveOthersOut_bothWays(boolean newestFirst) {
    MessageStart start = new MessageStart.AtSequence(5);
    for (int size = 1; size <= 4; size++) {
      MessageListing tools =
          new MessageListing(
              ref, newestFirst, start, true, Set.of(Role.TOOL), null, false, Page.BYTES_MAX);
      MessageListing run =
          new MessageListing(ref, newestFirst, start, false, ALL, "run", false, Page.BYTES_MAX);
      MessageListing both =
          new MessageListing(
              ref, newestFirst, null, false, Set.of(Role.USER), "run", false, Page.BYTES_MAX);
      assertThat(all(tools, size, list(tools, size, null))).containsExactlyInAnyOrder(3L, 6L, 9L);
      assertThat(all(run, size, list(run, size, null))).containsExactlyInAnyOrder(4L, 8L);
      assertThat(all(both, size, list(both, size, null))).containsExactlyInAnyOrder(4L, 8L);
    }
  }

  @Test
  void roles_noMatch_examinesALimitedNumberPerPage() {
    Session longer = core.create(core.root, "long");
    ref = core.root.byId(longer.agentId(), longer.sessionId());
    NewMessage[] thousand = new NewMessage[1_000];
    for (int batch = 0; batch < 11; batch++) {
      Arrays.setAll(thousand, i -> message("x"));
      core.append(longer, thousand);
    }
    MessageListing tools =
        new MessageListing(ref, false, null, false, Set.of(Role.TOOL), null, false, Page.BYTES_MAX);

    MessageWindow first = list(tools, 10, null);
    MessageWindow second = list(tools, 10, first.nextToken());

    assertThat(first.messages()).isEmpty();
    assertThat(first.nextToken()).isNotNull();
    assertThat(second.messages()).isEmpty();
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void deletedMessages_pagesAreFullWithoutThem() {
    List.of(1L, 4L, 5L, 6L, 9L).forEach(this::delete);
    for (boolean newestFirst : List.of(false, true)) {
      List<Long> expected = new ArrayList<>(expected(newestFirst));
      expected.removeAll(List.of(1L, 4L, 5L, 6L, 9L));
      for (int size = 1; size <= 5; size++) {
        MessageListing all = listing(newestFirst, null, false);
        MessageWindow first = list(all, size, null);
        assertThat(first.messages()).hasSize(Math.min(size, expected.size()));
        assertThat(all(all, size, first)).isEqualTo(expected);
      }
      MessageListing around = listing(newestFirst, new MessageStart.AtSequence(5), true);
      assertThat(all(around, 3, list(around, 3, null))).isEqualTo(expected);
    }
  }

  /** In-memory reads complete immediately, so each read would be nested in the previous one. */
  @Test
  void manyDeletedMessages_smallPage_isReadWithoutNesting() {
    Session longer = core.create(core.root, "long");
    ref = core.root.byId(longer.agentId(), longer.sessionId());
    for (int i = 0; i < 3_000; i++) {
      core.append(
          longer, new NewMessage("m" + i, Role.USER, Content.text(""), null, Json.EMPTY_OBJECT));
    }
    for (int i = 1; i < 3_000; i++) {
      core.messages.delete(core.root, ref, "m" + i).join();
    }

    MessageWindow newest = list(listing(true, null, false), 1, null);
    MessageWindow oldest = list(listing(false, null, false), 2, null);

    assertThat(sequences(newest.messages())).containsExactly(1L);
    assertThat(newest.nextToken()).isNull();
    assertThat(sequences(oldest.messages())).containsExactly(1L);
    assertThat(oldest.nextToken()).isNull();
  }

  @Test
  void deletedMessages_startAtOne_goesOnFromItsSequence() {
    String messageId = stored.get(4).draft().messageId();
    delete(5L);

    MessageListing up = listing(false, new MessageStart.AtMessage(messageId), false);
    MessageListing down = listing(true, new MessageStart.AtMessage(messageId), false);

    assertThat(sequences(list(up, 2, null).messages())).containsExactly(6L, 7L);
    assertThat(sequences(list(down, 2, null).messages())).containsExactly(4L, 3L);
  }

  @Test
  void deletedMessages_shown_ifAsked() {
    delete(2L);
    MessageListing shown =
        new MessageListing(ref, false, null, false, ALL, null, true, Page.BYTES_MAX);

    MessageWindow page = list(shown, 3, null);

    assertThat(sequences(page.messages())).containsExactly(1L, 2L, 3L);
    assertThat(page.messages().get(1).isDeleted()).isTrue();
    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () ->
            core.messages.list(
                core.root, listing(false, null, false), new PageRequest(3, page.nextToken())));
  }

  @Test
  void clearedSession_startsAfterWhatWasCleared() {
    Instant before = stored.get(0).createTime();
    core.messages.clear(core.root, ref, null, OptionalLong.empty()).join();
    assertThat(list(listing(false, new MessageStart.AtTime(before), false), 9, null).messages())
        .isEmpty();
    Session session = core.sessions.get(core.root, ref).join();
    core.append(session, message("after"));

    for (MessageStart start :
        List.of(new MessageStart.AtTime(before), new MessageStart.AtSequence(1))) {
      MessageWindow page = list(listing(false, start, true), 9, null);
      assertThat(sequences(page.messages())).containsExactly((long) stored.size() + 1);
      assertThat(page.nextToken()).isNull();
      assertThat(page.previousToken()).isNull();
    }
    assertReason(
        ErrorReason.MESSAGE_NOT_FOUND,
        () ->
            core.messages.list(
                core.root,
                listing(
                    false, new MessageStart.AtMessage(stored.get(0).draft().messageId()), false),
                new PageRequest(3, null)));
  }

  private void delete(long sequence) {
    String messageId = stored.get((int) sequence - 1).draft().messageId();
    core.messages.delete(core.root, ref, messageId).join();
  }

  @Test
  void tokenOfAnotherFilter_refused() {
    String token = list(listing(false, null, false), 1, null).nextToken();
    MessageListing tools =
        new MessageListing(ref, false, null, false, Set.of(Role.TOOL), null, false, Page.BYTES_MAX);

    assertReason(
        ErrorReason.INVALID_PAGE_TOKEN,
        () -> core.messages.list(core.root, tools, new PageRequest(1, token)));
  }

  @Test
  void bytesMax_limitsBothHalves() {
    long each = stored.get(0).bytes();
    for (int count = 1; count <= 4; count++) {
      MessageListing listing =
          new MessageListing(
              ref, false, new MessageStart.AtSequence(5), true, ALL, null, false, count * each);
      MessageWindow page = list(listing, 99, null);
      assertThat(page.messages().size()).isBetween(1, count);
      assertThat(all(listing, 99, page)).isEqualTo(expected(false));
    }
  }
}
