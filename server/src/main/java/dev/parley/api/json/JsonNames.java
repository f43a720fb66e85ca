package dev.parley.api.json;

import java.util.Locale;

/** Converts field names between protos, {@code update_mask}, and JSON, {@code updateMask}. */
public final class JsonNames {
  private JsonNames() {}

  /** Returns the JSON name or path of a proto name or path. */
  public static String of(String protoName) {
    StringBuilder camel = new StringBuilder(protoName.length());
    for (int i = 0; i < protoName.length(); i++) {
      if (protoName.charAt(i) == '_' && i + 1 < protoName.length()) {
        i++;
        camel.append(Character.toUpperCase(protoName.charAt(i)));
      } else {
        camel.append(protoName.charAt(i));
      }
    }
    return camel.toString();
  }

  /** Returns the proto name of a JSON name. */
  static String toProto(String jsonName) {
    return jsonName.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
