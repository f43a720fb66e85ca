package dev.parley.api.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.stream.SubscriptionOption;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Reads and discards the body of a rejected request, because a client may read the response only
 * after it has sent the whole body.
 */
public enum DiscardedBody implements Subscriber<HttpObject> {
  INSTANCE;

  /** Discards the body of {@code request}, up to the limit of the server. */
  public static void discard(HttpRequest request) {
    if (!request.isComplete()) {
      request.subscribe(INSTANCE, SubscriptionOption.WITH_POOLED_OBJECTS);
    }
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject object) {
    if (object instanceof HttpData data) {
      data.close();
    }
  }

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onComplete() {}
}
