package dev.parley.core.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.SessionRef;
import dev.parley.model.webhook.DeliveryPosition;
import dev.parley.model.webhook.WebhookEventType;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeliveryQueueTest {
  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);

  private final DeliveryQueue queue = new DeliveryQueue();

  private static WebhookEvents.Event event(UUID session, long number) {
    return new WebhookEvents.Event(
        new DeliveryPosition(number, 0),
        WebhookEventType.SESSION_CHANGED,
        new SessionRef.ById(new UUID(9, 9), session, null),
        0,
        null,
        Instant.EPOCH,
        new byte[10]);
  }

  private DeliveryQueue.Item take() {
    return Objects.requireNonNull(queue.take());
  }

  private static long number(DeliveryQueue.Item item) {
    return item.event().position().number();
  }

  @Test
  void sessionGivesTheNextEvent_onlyWhenTheLastOneIsSettled() {
    queue.add(List.of(event(FIRST, 1), event(FIRST, 2), event(SECOND, 3)));

    DeliveryQueue.Item first = take();
    DeliveryQueue.Item other = take();
    assertThat(number(first)).isEqualTo(1);
    assertThat(number(other)).isEqualTo(3);
    assertThat(queue.take()).isNull();

    queue.settle(first);
    assertThat(number(take())).isEqualTo(2);
  }

  @Test
  void advance_endsBeforeTheFirstEventThatIsNotSettled() {
    queue.add(List.of(event(FIRST, 1), event(SECOND, 2), event(SECOND, 3)));
    DeliveryQueue.Item first = take();
    DeliveryQueue.Item second = take();

    queue.settle(second);
    assertThat(queue.advance()).isNull();
    queue.settle(first);
    assertThat(queue.advance()).isEqualTo(new DeliveryPosition(2, 0));
    assertThat(queue.bytes()).isEqualTo(10);
    queue.settle(take());
    assertThat(queue.advance()).isEqualTo(new DeliveryPosition(3, 0));
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void eventsThatAreReadAgain_areNotDeliveredTwice_andFailedOnesComeLast() {
    queue.add(List.of(event(FIRST, 1), event(SECOND, 2)));
    DeliveryQueue.Item failing = take();
    queue.settle(take());
    assertThat(queue.failed(failing, 7).attempts()).isEqualTo(1);
    queue.clear();

    UUID third = new UUID(0, 3);
    queue.add(List.of(event(FIRST, 1), event(SECOND, 2), event(third, 4)));

    assertThat(number(take())).isEqualTo(4);
    DeliveryQueue.Item again = take();
    assertThat(number(again)).isEqualTo(1);
    assertThat(queue.take()).isNull();
    assertThat(queue.failed(again, 8)).isEqualTo(new DeliveryQueue.Failures(2, 7));
  }
}
