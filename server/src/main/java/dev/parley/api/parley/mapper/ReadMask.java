package dev.parley.api.parley.mapper;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.FieldMaskUtil;
import dev.parley.model.FieldViolation;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.SearchResult;
import dev.parley.proto.v1.Session;

/** The fields of a resource that a response contains. */
public final class ReadMask {
  private static final String ALL = "*";

  private final FieldMask mask;

  private ReadMask(FieldMask mask) {
    this.mask = mask;
  }

  /**
   * Creates a mask. An empty mask and {@code *} select all fields.
   *
   * @param resource the type of the resource
   * @throws SessionException if the mask contains a field that the resource does not have
   */
  public static ReadMask of(FieldMask mask, Descriptor resource) {
    if (mask.getPathsList().contains(ALL)) {
      return new ReadMask(FieldMask.getDefaultInstance());
    }
    for (String path : mask.getPathsList()) {
      if (!FieldMaskUtil.isValid(resource, path)) {
        throw SessionException.invalid(
            FieldViolation.format(
                "read_mask",
                "must contain only fields of " + resource.getName() + ", not " + path));
      }
    }
    return new ReadMask(mask);
  }

  /** Creates a mask for sessions. Their counts are always selected, because 0 is a valid count. */
  public static ReadMask ofSession(FieldMask mask) {
    ReadMask selected = of(mask, Session.getDescriptor());
    return selected.mask.getPathsCount() == 0
        ? selected
        : new ReadMask(
            selected.mask.toBuilder().addPaths("message_count").addPaths("head_sequence").build());
  }

  /**
   * Creates a mask for search results. The score is always selected, and with fields of the session
   * its counts, because 0 is a valid value of them.
   */
  public static ReadMask ofSearchResult(FieldMask mask) {
    ReadMask selected = of(mask, SearchResult.getDescriptor());
    if (selected.mask.getPathsCount() == 0) {
      return selected;
    }
    FieldMask.Builder paths = selected.mask.toBuilder().addPaths("score");
    if (selected.mask.getPathsList().stream().anyMatch(path -> path.startsWith("session."))) {
      paths.addPaths("session.message_count").addPaths("session.head_sequence");
    }
    return new ReadMask(paths.build());
  }

  /** Returns the resource with the selected fields only. */
  public <M extends Message> M apply(M resource) {
    return mask.getPathsCount() == 0 ? resource : FieldMaskUtil.trim(mask, resource);
  }
}
