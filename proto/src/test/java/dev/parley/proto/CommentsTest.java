package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comments of the protos are the reference of the API, so nothing goes without one. */
class CommentsTest {
  private static final String COMMENTED =
      """
      syntax = "proto3";

      package p;

      import "q.proto";

      // Dogs { not a block.
      service Dogs {
        // Walks one.
        rpc Walk(Dog) returns (Dog) {
          option (google.api.http) = {
            post: "/v1/dogs:walk"
            body: "*"
          };
          option (scope) = "owner";
        }

        // Feeds one.
        rpc Feed(stream Dog) returns (Dog);
      }

      // A dog.
      message Dog {
        option (transparent) = true;
        reserved 9;

        // How big.
        enum Size {
          // Not set.
          SIZE_UNSPECIFIED = 0;
        }

        // Its name.
        string name = 1
            [(rule).max_characters = 255, (json) = {not_null: true}];

        // What it has.
        oneof thing {
          // A ball; "{".
          string ball = 2 [default = "}"];
        }

        // A nested one.
        message Toy {}
      }

      extend google.protobuf.MethodOptions {
        // What it needs.
        string scope = 50100;
      }
      """;

  @Test
  void protos_everyElement_hasComment() throws IOException {
    ProtoFiles.sources()
        .forEach((name, source) -> assertThat(UncommentedElements.in(source)).as(name).isEmpty());
  }

  @Test
  void in_everythingCommented_empty() {
    assertThat(UncommentedElements.in(COMMENTED)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "// Dogs { not a block.",
        "// Walks one.",
        "// Feeds one.",
        "// A dog.",
        "// How big.",
        "// Not set.",
        "// Its name.",
        "// What it has.",
        "// A ball; \"{\".",
        "// A nested one.",
        "// What it needs."
      })
  void in_oneCommentMissing_onlyThatElementReported(String comment) {
    String next = COMMENTED.substring(COMMENTED.indexOf(comment)).lines().toList().get(1).strip();

    assertThat(UncommentedElements.in(COMMENTED.replace(comment, "")))
        .singleElement()
        .asString()
        .endsWith(": " + next);
  }

  @Test
  void in_emptyComment_reported() {
    assertThat(UncommentedElements.in(COMMENTED.replace("// Its name.", "//"))).hasSize(1);
  }
}
