package dev.parley.api.openai.item;

import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ids of items. An item whose id a client chose has that id, which is also the message id. Any
 * other id is computed: a prefix for the type, the 32 digits of the session id, and the sequence of
 * the message in 16 digits. It names the item within all conversations, and finding the item needs
 * no index.
 */
public final class ItemIds {
  /** The maximum length of an id that a client chooses, in characters. */
  static final int CHARACTERS_MAX = 255;

  private static final Pattern COMPUTED = Pattern.compile("[a-z]+_([0-9a-f]{32})([0-9a-f]{16})");

  /** The prefixes of OpenAI. It rejects ids of input items with other prefixes. */
  private static final Map<String, String> PREFIXES =
      Map.ofEntries(
          Map.entry("message", "msg"),
          Map.entry("function_call", "fc"),
          Map.entry("function_call_output", "fco"),
          Map.entry("reasoning", "rs"),
          Map.entry("file_search_call", "fs"),
          Map.entry("web_search_call", "ws"),
          Map.entry("image_generation_call", "ig"),
          Map.entry("computer_call", "cu"),
          Map.entry("computer_call_output", "cuo"),
          Map.entry("code_interpreter_call", "ci"),
          Map.entry("local_shell_call", "lsh"),
          Map.entry("local_shell_call_output", "lsho"),
          Map.entry("shell_call", "sh"),
          Map.entry("shell_call_output", "sho"),
          Map.entry("apply_patch_call", "apc"),
          Map.entry("apply_patch_call_output", "apco"),
          Map.entry("tool_search_call", "tsc"),
          Map.entry("tool_search_output", "tso"),
          Map.entry("mcp_list_tools", "mcpl"),
          Map.entry("mcp_approval_request", "mcpr"),
          Map.entry("mcp_approval_response", "mcpa"),
          Map.entry("mcp_call", "mcp"),
          Map.entry("custom_tool_call", "ctc"),
          Map.entry("custom_tool_call_output", "ctco"),
          Map.entry("compaction", "cmp"));

  private ItemIds() {}

  /**
   * The position that an id was computed from.
   *
   * @param sequence at least 1
   */
  public record Position(UUID sessionId, long sequence) {}

  static String computed(UUID sessionId, long sequence, String type) {
    return PREFIXES.getOrDefault(type, "item")
        + "_"
        + Hex32.of(sessionId)
        + HexFormat.of().toHexDigits(sequence);
  }

  /** Returns the position in a computed id; null if the id was chosen by a client. */
  public static @Nullable Position position(String id) {
    Matcher computed = COMPUTED.matcher(id);
    if (!computed.matches()) {
      return null;
    }
    UUID sessionId = Hex32.parse(computed.group(1));
    long sequence = HexFormat.fromHexDigitsToLong(computed.group(2));
    return sessionId == null || sequence < 1 ? null : new Position(sessionId, sequence);
  }

  /** Whether an id that a client chose can be a message id. */
  public static boolean isUsable(String id) {
    return !id.isEmpty()
        && id.codePointCount(0, id.length()) <= CHARACTERS_MAX
        && id.codePoints().noneMatch(Character::isISOControl);
  }
}
