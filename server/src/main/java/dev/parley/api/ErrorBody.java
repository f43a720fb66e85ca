package dev.parley.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** How one face words its errors over REST. */
public interface ErrorBody {
  /** The status of the answer. */
  default int status(FailedCall call) {
    return call.failure().reason().httpStatus();
  }

  /** Writes the body of the answer, one JSON value. */
  void write(FailedCall call, JsonGenerator json) throws IOException;
}
