package dev.parley.pages;

import static dev.parley.pages.ConsoleScene.message;
import static dev.parley.pages.ConsoleScene.says;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A session with each kind of content that the console formats. */
final class Showcase {
  private Showcase() {}

  static String make(ConsoleScene scene) {
    String session =
        scene.session(
            "api:weather",
            "The weather in Madrid",
            message("SYSTEM", "\"You are a helpful assistant. Answer briefly.\""),
            says("USER", "What's the weather in Madrid, and do I need a coat tonight?"));
    String runs = scene.sessionPath(session) + "/runs";
    scene.send(
        "POST",
        runs,
        """
        {"runId":"run_4f9a1c2b7d3e","model":"small-1","usage":{"total_tokens":42},
         "details":{"steps":2}}""");
    scene.send(
        "PUT",
        runs + "/run_4f9a1c2b7d3e/retrievedContext",
        """
        {"items":[{"source_name":"madrid.txt","text":"Madrid lies on the Manzanares.","score":0.93},
                  {"source_name":"coats.txt","text":"Below 12 degrees a coat is advised."}]}""");
    scene.send("POST", runs, "{\"runId\":\"run_failed\",\"state\":\"RUNNING\"}");
    scene.send(
        "PATCH",
        runs + "/run_failed",
        "{\"state\":\"FAILED\",\"error\":\"The model did not answer.\"}");
    scene.append(
        session,
        inRun(
            "ASSISTANT",
            """
            [{"type":"thinking","thinking":"The tool knows the weather."},
             {"type":"text","text":"Let me look."},
             {"type":"tool_use","id":"t1","name":"get_weather",
              "input":{"city":"Madrid","hours":[18,21],"units":"metric"}}]"""),
        inRun(
            "TOOL",
            """
            [{"type":"tool_result","tool_use_id":"t1",
              "content":[{"type":"text","text":"21:00 9 degrees, clear"}]}]"""),
        inRun(
            "ASSISTANT",
            """
            [{"type":"text","text":"Clear, 9 degrees at nine.\\n\\nYes: take a coat."},
             {"type":"image","alt":"A map",
              "source":{"type":"base64","media_type":"image/png","data":"%s"}},
             {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
             {"type":"chart","points":[1,2,3]}]"""
                .formatted(picture())),
        says("USER", "شكرا جزيلا! And thank you."));
    return session;
  }

  private static String inRun(String role, String content) {
    return "{\"role\":\"%s\",\"runId\":\"run_4f9a1c2b7d3e\",\"content\":%s}"
        .formatted(role, content);
  }

  /** A small picture, as base64. */
  private static String picture() {
    BufferedImage image = new BufferedImage(240, 120, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        image.setRGB(x, y, new Color(40 + x / 2, 90 + y / 2, 170).getRGB());
      }
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
