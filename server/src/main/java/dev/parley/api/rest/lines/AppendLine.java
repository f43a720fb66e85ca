package dev.parley.api.rest.lines;

import com.google.protobuf.Message;
import dev.parley.api.json.JsonCodec;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.AppendMessagesRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the request.
 *
 * @param append the append; empty if the line is invalid
 * @param failure why the line is invalid; null if it is valid
 */
record AppendLine(AppendMessagesRequest append, @Nullable SessionException failure) {
  private static final Message PROTOTYPE = AppendMessagesRequest.getDefaultInstance();

  static AppendLine parse(byte[] line) {
    try {
      JsonCodec.Parsed parsed = JsonCodec.parse(line, PROTOTYPE);
      List<FieldViolation> violations = JsonCodec.violations(parsed);
      return violations.isEmpty()
          ? new AppendLine((AppendMessagesRequest) parsed.message(), null)
          : invalid(SessionException.invalid(violations));
    } catch (SessionException e) {
      return invalid(e);
    }
  }

  private static AppendLine invalid(SessionException failure) {
    return new AppendLine(AppendMessagesRequest.getDefaultInstance(), failure);
  }
}
