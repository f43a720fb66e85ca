package dev.parley.bench;

import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;

/** The answer to a unary call. */
final class Answer<T> extends CompletableFuture<T> implements StreamObserver<T> {
  @Override
  public void onNext(T response) {
    complete(response);
  }

  @Override
  public void onError(Throwable failure) {
    completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {}
}
