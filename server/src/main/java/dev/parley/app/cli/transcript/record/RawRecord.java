package dev.parley.app.cli.transcript.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.parley.api.json.Surrogates;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A record as it was read.
 *
 * @param json the record
 * @param text its JSON text
 * @param bytes its bytes if they are not valid UTF-8, else null
 * @param at where it was read
 * @param repair what was changed to read it; null if nothing was
 */
public record RawRecord(
    JsonNode json, String text, byte @Nullable [] bytes, Location at, @Nullable String repair) {

  /** A part of a JSON document. */
  public static RawRecord of(JsonNode json, Location at) {
    return new RawRecord(json, TranscriptJson.text(json), null, at, null);
  }

  /** Adds the record, unchanged, to an object. */
  public void addTo(ObjectNode object) {
    if (bytes != null) {
      object.put("record_base64", Base64.getEncoder().encodeToString(bytes));
    } else {
      object.putRawValue("record", new RawValue(Surrogates.escapeUnpaired(text)));
    }
  }
}
