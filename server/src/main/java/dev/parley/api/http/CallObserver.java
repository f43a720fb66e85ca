package dev.parley.api.http;

import com.linecorp.armeria.server.ServiceRequestContext;

/** Observes calls. Event loops call it: an observer must neither block nor throw. */
public interface CallObserver {
  /** A call has arrived. */
  default void began(ServiceRequestContext ctx) {}

  /** A call was answered, or its caller went away. */
  void ended(CallReport report);
}
