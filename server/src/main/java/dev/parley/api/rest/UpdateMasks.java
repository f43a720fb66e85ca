package dev.parley.api.rest;

import com.google.api.FieldBehavior;
import com.google.api.FieldBehaviorProto;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.parley.api.json.JsonCodec.Parsed;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Completes the update mask of a PATCH whose body has explicit nulls, which clear their fields. */
final class UpdateMasks {
  private static final String MASK = "update_mask";

  /** Fields that an update checks but never changes. */
  private static final String ETAG = "etag";

  private static final Set<FieldBehavior> NOT_UPDATED =
      Set.of(FieldBehavior.OUTPUT_ONLY, FieldBehavior.IMMUTABLE, FieldBehavior.IDENTIFIER);

  private UpdateMasks() {}

  /** Sets the mask to the members of the body, unless the caller set a mask. */
  static void addNulls(Message.Builder request, Parsed body) {
    FieldDescriptor mask = request.getDescriptorForType().findFieldByName(MASK);
    if (mask == null || request.hasField(mask)) {
      return;
    }
    Set<String> names = new TreeSet<>(body.nulls());
    body.message().getAllFields().keySet().stream()
        .filter(UpdateMasks::isUpdated)
        .map(FieldDescriptor::getName)
        .forEach(names::add);
    request.setField(mask, FieldMask.newBuilder().addAllPaths(names).build());
  }

  private static boolean isUpdated(FieldDescriptor field) {
    List<FieldBehavior> behaviors =
        field.getOptions().getExtension(FieldBehaviorProto.fieldBehavior);
    return !field.getName().equals(ETAG) && behaviors.stream().noneMatch(NOT_UPDATED::contains);
  }
}
