package dev.parley.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.storage.StoreUnavailableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Stores that cannot be opened. The error message contains no password. */
class PostgresStoresTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:1/parley?user=parley&password=swordfish",
        "jdbc:postgresql://127.0.0.1:port/parley?user=parley&password=swordfish",
        "jdbc:postgresql://127.0.0.1:99999/parley?user=parley&password=swordfish"
      })
  void open_nothingThere_refusedInOneLineWithoutPassword(String url) {
    assertThatThrownBy(() -> PostgresStores.open(url, PostgresSettings.DEFAULTS))
        .isInstanceOf(StoreUnavailableException.class)
        .message()
        .startsWith("the store at " + url.replaceFirst("\\?.*", "") + " cannot be opened: ")
        .hasLineCount(1)
        .doesNotContain("swordfish");
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://db/parley, jdbc:postgresql://db/parley",
    "jdbc:postgresql://db/parley?user=u&password=p, jdbc:postgresql://db/parley",
    "jdbc:postgresql://u:p@db:1/parley, jdbc:postgresql://db:1/parley",
    "jdbc:postgresql://u:p@db/parley?ssl=true, jdbc:postgresql://db/parley",
    "jdbc:postgresql://u:p/w@db/parley, jdbc:postgresql://***",
    "jdbc:postgresql://u:p@w@db/parley, jdbc:postgresql://***",
    "jdbc:postgresql://u:p?w@db/parley, jdbc:postgresql://***",
    "jdbc:postgresql://db/parley?password=p@w, jdbc:postgresql://***"
  })
  void withoutCredentials_hasNoPartOfAPassword(String url, String shown) {
    assertThat(PostgresStores.withoutCredentials(url)).isEqualTo(shown);
  }
}
