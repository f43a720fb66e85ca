package dev.parley.api.openai.item;

import dev.parley.model.Role;
import java.util.Set;

/** What this API knows of types of items. */
final class ItemTypes {
  static final String MESSAGE = "message";
  static final String OUTPUT = "function_call_output";

  /** The types of items that always have a status. OpenAI rejects a status of other types. */
  private static final Set<String> WITH_STATUS =
      Set.of(
          "function_call",
          OUTPUT,
          "file_search_call",
          "web_search_call",
          "image_generation_call",
          "computer_call",
          "computer_call_output",
          "tool_search_call",
          "tool_search_output",
          "program_output",
          "code_interpreter_call",
          "local_shell_call",
          "shell_call",
          "shell_call_output",
          "apply_patch_call",
          "apply_patch_call_output");

  private ItemTypes() {}

  static boolean hasStatus(String type) {
    return WITH_STATUS.contains(type);
  }

  /** The author of an item that is no message. */
  static Role roleOf(String type) {
    return type.endsWith("_output") || type.equals("mcp_approval_response")
        ? Role.TOOL
        : Role.ASSISTANT;
  }
}
