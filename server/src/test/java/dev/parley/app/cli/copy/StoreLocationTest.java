package dev.parley.app.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.ConfigException;
import dev.parley.storage.StoreUnavailableException;
import dev.parley.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreLocationTest {
  @TempDir private Path temp;

  @Test
  void of_folders_pathAndUrlAreTheSame() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("da ta"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), folder);

    for (String text :
        new String[] {
          folder.toString(), folder.toUri().toString(), "file:" + folder, link.toString()
        }) {
      assertThat(StoreLocation.of(text).isSame(StoreLocation.of(folder + "/../da ta"))).isTrue();
    }
    assertThat(StoreLocation.of("file:data")).isEqualTo(StoreLocation.of("data"));
    assertThat(StoreLocation.of("data").isSame(StoreLocation.of("other"))).isFalse();
    assertThat(StoreLocation.of("data").isStore()).isFalse();
  }

  @Test
  void of_whatIsNoPlace_refused() {
    for (String text : new String[] {"", "jdbc:mysql://host/db?password=secret"}) {
      assertThatThrownBy(() -> StoreLocation.of(text))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("jdbc:postgresql://")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void isSame_databases_howeverTheyAreWritten() {
    String url = PostgresServer.shared().newDatabase();
    String other = PostgresServer.shared().newDatabase();
    StoreLocation place = StoreLocation.of(url);

    assertThat(place.isSame(StoreLocation.of(url + "&ApplicationName=another"))).isTrue();
    assertThat(place.isSame(StoreLocation.of(other))).isFalse();
    assertThat(place.isSame(StoreLocation.of("data"))).isFalse();
    assertThat(place.isStore()).isFalse();
    place.open().close();
    assertThat(place.isStore()).isTrue();
  }

  @Test
  void database_asText_hidesWhatIsSecret() {
    StoreLocation wrong =
        StoreLocation.of("jdbc:postgresql://127.0.0.1:x/db?user=u&password=secret");

    assertThat(wrong).hasToString("jdbc:postgresql://127.0.0.1:x/db");
    assertThatThrownBy(wrong::isStore)
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageStartingWith("the store at jdbc:postgresql://127.0.0.1:x/db cannot be opened")
        .hasMessageNotContaining("secret");
  }
}
