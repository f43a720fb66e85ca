package dev.parley.api.json;

import java.util.Locale;

/** Names of fields in protos, {@code update_mask}, and in JSON, {@code updateMask}. */
public final class JsonNames {
  private JsonNames() {}

  /** The JSON name, or path of names, that goes with a proto's. */
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

  /** The proto name that goes with a JSON name. */
  static String toProto(String jsonName) {
    return jsonName.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }
}
