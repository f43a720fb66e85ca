package dev.parley.api.openai.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.Content;
import dev.parley.model.Json;
import dev.parley.model.Role;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkerTest {
  private static final String BY = "01234567";
  private static final Content TEXT = Content.text("x");
  private static final Content BLOCKS = Content.blocks(json("[{\"type\":\"x\"}]"));

  private static Json json(String text) {
    return Json.ofUtf8(text.getBytes(UTF_8));
  }

  @Test
  void written_isReadBack() {
    for (Marker marker :
        List.of(
            Marker.of(BY, null, null),
            Marker.of(BY, null, null).withCrc(Role.USER, BLOCKS),
            Marker.of(BY, "function_call", null).withCrc(Role.ASSISTANT, BLOCKS),
            Marker.of(BY, "Type \"2\"", null).withCrc(Role.ASSISTANT, BLOCKS).withId("i"),
            Marker.of(BY, null, json("{\"x\":1.0}")).withCrc(Role.USER, TEXT).withCall("c/0/1"))) {
      assertThat(Marker.of(marker.toMetadata())).isEqualTo(marker);
      assertThat(Marker.of(json(" " + marker.toMetadata()))).isEqualTo(marker);
    }
  }

  @Test
  void plainText_hasTheShortestMarker() {
    assertThat(Marker.of(BY, null, null).withCrc(Role.USER, TEXT).toMetadata())
        .hasToString("{\"openai\":{\"by\":\"01234567\"}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"openai\":7}",
        "{\"openai\":{}}",
        "{\"openai\":{\"by\":7}}",
        "{\"openai\":{\"by\":\"0123456\"}}",
        "{\"openai\":{\"by\":\"012345678\"}}",
        "{\"openai\":{\"by\":\"0123456A\"}}",
        "{\"openai\":{\"by\":\"0123456g\",\"crc\":\"01234567\"}}",
        "{\"openai\":{\"crc\":\"01234567\"}}"
      })
  void otherMetadata_isNoMarker(String metadata) {
    assertThat(Marker.of(json(metadata))).isNull();
  }

  @Test
  void marker_fitsOnlyWhatItWasWrittenFor() {
    Marker blocks = Marker.of(BY, null, null).withCrc(Role.USER, BLOCKS);

    assertThat(blocks.fits(Role.USER, BLOCKS)).isTrue();
    assertThat(blocks.fits(Role.ASSISTANT, BLOCKS)).isFalse();
    assertThat(blocks.fits(Role.USER, Content.blocks(json("[{\"type\":\"y\"}]")))).isFalse();
    assertThat(Marker.of(BY, null, null).fits(Role.USER, BLOCKS)).isFalse();
    assertThat(Marker.of(BY, null, null).fits(Role.USER, TEXT)).isTrue();
    assertThat(Marker.of(BY, null, null).fits(Role.DEVELOPER, TEXT)).isFalse();
    assertThat(Marker.of(BY, null, null).fits(Role.TOOL, TEXT)).isFalse();
    Marker item = Marker.of(BY, "reasoning", null).withCrc(Role.ASSISTANT, BLOCKS);
    assertThat(item.fits(Role.ASSISTANT, BLOCKS)).isTrue();
    Marker otherType = new Marker(BY, item.crc(), null, "compaction", null, null);
    assertThat(otherType.fits(Role.ASSISTANT, BLOCKS)).isFalse();
    Marker withMembers = Marker.of(BY, null, json("{\"a\":1}")).withCrc(Role.USER, TEXT);
    assertThat(withMembers.fits(Role.USER, TEXT)).isTrue();
    Marker otherMembers = new Marker(BY, withMembers.crc(), null, null, null, json("{\"a\":2}"));
    assertThat(otherMembers.fits(Role.USER, TEXT)).isFalse();
  }
}
