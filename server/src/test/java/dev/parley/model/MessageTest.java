package dev.parley.model;

import static dev.parley.testing.Sessions.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessageTest {
  private static final Message.Draft DRAFT =
      new Message.Draft("m-1", Role.USER, Content.text("\u00e9"), null, json("{\"a\":1}"));

  private static Message stored(Message.Draft draft) {
    return new Message(1, draft, Instant.EPOCH);
  }

  @Test
  void draftBytes_countContentAndMetadata() {
    assertThat(DRAFT.bytes()).isEqualTo(2 + 7);
  }

  @Test
  void bytes_countTheIdsToo() {
    Message.Draft ofRun =
        new Message.Draft("m-1", Role.USER, DRAFT.content(), "run-1", DRAFT.metadata());

    assertThat(stored(DRAFT).bytes()).isEqualTo(Message.FIXED_BYTES + 9 + 3);
    assertThat(stored(ofRun).bytes()).isEqualTo(Message.FIXED_BYTES + 9 + 3 + 5);
  }

  /** A retry with another draft under the same id is refused, so drafts compare all fields. */
  @Test
  void draft_equals_comparesEveryField() {
    Content content = DRAFT.content();
    Json metadata = DRAFT.metadata();

    assertThat(DRAFT)
        .isEqualTo(
            new Message.Draft("m-1", Role.USER, Content.text("\u00e9"), null, json("{\"a\":1}")))
        .isNotEqualTo(new Message.Draft("m-2", Role.USER, content, null, metadata))
        .isNotEqualTo(new Message.Draft("m-1", Role.TOOL, content, null, metadata))
        .isNotEqualTo(new Message.Draft("m-1", Role.USER, Content.text("e"), null, metadata))
        .isNotEqualTo(new Message.Draft("m-1", Role.USER, content, "run-1", metadata))
        .isNotEqualTo(new Message.Draft("m-1", Role.USER, content, null, json("{\"a\": 1}")));
  }
}
