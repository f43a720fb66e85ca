package dev.parley.api.call.error;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Map;

/** The format of one API's REST errors. */
public interface ErrorFormat {
  /** The HTTP status of the response. */
  default int status(FailedCall call) {
    return call.failure().reason().httpStatus();
  }

  /** Additional headers of the response. */
  default Map<String, String> headers(FailedCall call) {
    return Map.of();
  }

  /** Writes the body of the response as one JSON value. */
  void write(FailedCall call, JsonGenerator json) throws IOException;
}
