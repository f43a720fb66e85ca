package dev.parley.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.api.HttpRule;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The variable of a route that takes the rest of its path, {@code {key=**}}: as it was sent, and
 * not as Armeria routes it, with slashes folded and what is not UTF-8 replaced.
 *
 * @param field where it goes
 * @param before how many segments of the path come before it
 */
record PathRemainder(FieldDescriptor field, int before) {
  private static final Pattern FORM = Pattern.compile("(.*)/\\{(\\w+)=\\*\\*}");
  private static final int HEX = 16;

  /** That of a rule, if it has one. */
  static @Nullable PathRemainder of(HttpRule rule, Descriptor request) {
    Matcher form = FORM.matcher(MethodPlan.path(rule));
    if (!form.matches()) {
      return null;
    }
    int before = (int) form.group(1).chars().filter(c -> c == '/').count();
    return new PathRemainder(
        Objects.requireNonNull(request.findFieldByName(form.group(2))), before);
  }

  /** The request with the rest of the path in it, if Armeria found one at all. */
  Message put(Message request, String rawPath) {
    return request.getField(field).equals("")
        ? request
        : request.toBuilder().setField(field, decode(rest(rawPath))).build();
  }

  private String rest(String rawPath) {
    int query = rawPath.indexOf('?');
    String path = query < 0 ? rawPath : rawPath.substring(0, query);
    int at = 0;
    for (int i = 0; i < before; i++) {
      while (path.charAt(at) == '/') {
        at++;
      }
      at = path.indexOf('/', at);
    }
    return path.substring(at + 1);
  }

  /** What bytes the path had that were not encoded are characters of Latin-1 here. */
  private static String decode(String text) {
    ByteString.Output bytes = ByteString.newOutput(text.length());
    byte[] raw = text.getBytes(ISO_8859_1);
    for (int i = 0; i < raw.length; i++) {
      if (raw[i] == '%') {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, HEX));
        i += 2;
      } else {
        bytes.write(raw[i]);
      }
    }
    ByteString utf8 = bytes.toByteString();
    if (!utf8.isValidUtf8()) {
      throw new SessionException(ErrorReason.MALFORMED_BODY, "The path is not valid UTF-8.");
    }
    return utf8.toStringUtf8();
  }
}
