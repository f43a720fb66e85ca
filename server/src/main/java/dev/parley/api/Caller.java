package dev.parley.api;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.parley.auth.Principal;

/** Who makes the present call. */
public final class Caller {
  private Caller() {}

  /** The caller, on the thread that a handler is called on. */
  public static Principal current() {
    Principal caller = CallState.of(ServiceRequestContext.current()).caller();
    if (caller == null) {
      throw new IllegalStateException("A handler was reached without authentication.");
    }
    return caller;
  }
}
