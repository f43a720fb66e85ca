package dev.parley.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.model.SessionException;
import java.io.IOException;

/** How one face words its errors over REST. */
public interface ErrorBody {
  /** The status of the answer. */
  default int status(SessionException failure) {
    return failure.reason().httpStatus();
  }

  /** Writes the body of the answer, one JSON value. */
  void write(SessionException failure, JsonGenerator json) throws IOException;
}
