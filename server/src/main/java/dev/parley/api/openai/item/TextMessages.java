package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.model.Role;
import java.util.Locale;

/** Writes the items of messages that are one text, which most are, in one pass. */
final class TextMessages {
  private static final byte[] INPUT_END = "}]}".getBytes(US_ASCII);
  private static final byte[] OUTPUT_END =
      ",\"annotations\":[],\"logprobs\":[]}]}".getBytes(US_ASCII);
  private static final byte[][] STARTS = new byte[Role.values().length][];

  /** The size of an item without its text, in bytes. */
  private static final int FIXED_BYTES = 240;

  static {
    for (Role role : Role.values()) {
      String start =
          (",\"type\":\"message\",\"status\":\"completed\",\"role\":\"%s\","
                  + "\"content\":[{\"type\":\"%s\",\"text\":")
              .formatted(
                  role.name().toLowerCase(Locale.ROOT),
                  role == Role.ASSISTANT ? "output_text" : "input_text");
      STARTS[role.ordinal()] = start.getBytes(US_ASCII);
    }
  }

  private TextMessages() {}

  static byte[] json(String id, Role role, byte[] text) {
    return new JsonBuilder(FIXED_BYTES + text.length)
        .string("id", id)
        .literal(STARTS[role.ordinal()])
        .quote(text)
        .literal(role == Role.ASSISTANT ? OUTPUT_END : INPUT_END)
        .bytes();
  }
}
