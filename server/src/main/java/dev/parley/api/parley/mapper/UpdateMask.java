package dev.parley.api.parley.mapper;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The fields that an update changes. */
public final class UpdateMask {
  private static final String ALL = "*";

  private UpdateMask() {}

  /**
   * Returns the fields in {@code mask}, where {@code *} means all. If the mask is empty, returns
   * the fields that are set.
   *
   * @param sent the new values
   * @param fields the fields that can be changed
   */
  public static Set<String> fields(Message sent, List<String> mask, List<String> fields) {
    Set<String> named = new LinkedHashSet<>(mask);
    if (named.isEmpty()) {
      fields.stream().filter(name -> isSet(sent, name)).forEach(named::add);
    } else if (named.remove(ALL)) {
      named.addAll(fields);
    }
    for (String name : named) {
      if (!fields.contains(name)) {
        throw SessionException.invalid(
            FieldViolation.format(
                "update_mask", "must contain only fields of " + fields + ", not " + name));
      }
    }
    return named;
  }

  private static boolean isSet(Message sent, String name) {
    FieldDescriptor field = sent.getDescriptorForType().findFieldByName(name);
    if (field.isRepeated()) {
      return sent.getRepeatedFieldCount(field) > 0;
    }
    return field.hasPresence()
        ? sent.hasField(field)
        : !sent.getField(field).equals(field.getDefaultValue());
  }
}
