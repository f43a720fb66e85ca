package dev.parley.api.http;

import com.linecorp.armeria.server.ServiceRequestContext;

/** Observes calls. The methods run on event loops and must neither block nor throw. */
public interface CallObserver {
  /** Called when a call arrives. */
  default void began(ServiceRequestContext ctx) {}

  /** Called when a call is completed or its client has disconnected. */
  void ended(CallReport report);
}
