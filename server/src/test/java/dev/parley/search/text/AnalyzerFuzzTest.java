package dev.parley.search.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.model.SessionException;
import dev.parley.testing.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;

/** Random mixtures of scripts, marks and invisible characters can be indexed and searched. */
class AnalyzerFuzzTest {
  private static final String[] PARTS = {
    "a",
    "fooBar",
    "_",
    ".",
    "'",
    "-",
    "1",
    " ",
    "\u6f22",
    "\u5b57",
    "\u30ab",
    "\u30bf",
    "\u304b",
    "\ud55c",
    "\uad6d",
    "\u1112",
    "\u1161",
    "\u0301",
    "\u3099",
    "\u200d",
    "\u00ad",
    "\u2060",
    "\ufe0f",
    "\ud83d\ude00",
    "\ud840\udc00",
    "\ufdfa",
    "\u0130",
    "\u00df",
    "\uff76",
    "\uff9e",
    "\u0e33",
    "\\",
    "\ud83d",
    "\u0000"
  };

  private static String text(Random random) {
    return random
        .ints(1 + random.nextInt(8), 0, PARTS.length)
        .mapToObj(i -> PARTS[i])
        .collect(Collectors.joining());
  }

  @Test
  void everyText_canBeIndexedAndSearched() throws IOException {
    Random random = new Random(11);
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig(MessageAnalyzer.ofMessages()))) {
      for (int i = 0; i < 50_000; i++) {
        String text = text(random);
        Document document = new Document();
        document.add(new TextField("text", text, Field.Store.NO));
        assertThat(writer.addDocument(document)).as(escaped(text)).isNotNegative();
        parse(text + " a");
        parse("\"" + text + " a\"");
        parse(text + "* a");
      }
    }
  }

  private static void parse(String query) {
    try {
      TextQuery parsed = QueryParser.parse(query);
      assertThat(LuceneQueries.of("text", parsed)).isNotNull();
      assertThat(new Snippets(parsed).of(query).text()).isNotNull();
    } catch (SessionException e) {
      assertThat(e).hasMessageContaining("query");
    }
  }

  @Test
  void everyTerm_isALexemeOfPostgres() throws SQLException {
    Random random = new Random(12);
    String url = PostgresServer.shared().newDatabase();
    MessageAnalyzer analyzer = MessageAnalyzer.ofMessages();
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement cast =
            connection.prepareStatement("SELECT length(array_to_tsvector(?)), ?::tsquery")) {
      for (int i = 0; i < 2_000; i++) {
        String text = i == 0 ? "\ufdfa".repeat(255) : text(random);
        for (TextQuery.Word word : analyzer.words(text)) {
          cast.setArray(1, connection.createArrayOf("text", new String[] {word.term()}));
          cast.setString(2, "'" + word.term().replace("\\", "\\\\").replace("'", "''") + "'");
          assertThat(cast.execute()).as(escaped(text)).isTrue();
        }
      }
    }
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\u%04x"::formatted).collect(Collectors.joining());
  }
}
