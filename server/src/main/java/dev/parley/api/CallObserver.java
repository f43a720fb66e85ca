package dev.parley.api;

import com.linecorp.armeria.server.ServiceRequestContext;

/** Looks on as calls come and are answered. Called by event loops: must neither block nor throw. */
public interface CallObserver {
  /** A call has come; nothing of it was looked at. */
  default void began(ServiceRequestContext ctx) {}

  /** A call was answered, or its caller went away. */
  void ended(CallReport report);
}
