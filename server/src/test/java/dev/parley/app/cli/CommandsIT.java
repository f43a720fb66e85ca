package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.testing.ParleyProcess;
import dev.parley.testing.ParleyProcess.Result;
import dev.parley.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code parley agents}, {@code parley keys} and {@code parley audit} on a server, and what all
 * commands have in common.
 */
class CommandsIT {
  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  @TempDir private static Path work;
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    server = ServerProcess.start(work);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void agents_createdWithAndWithoutId_listedByOwner() {
    String owner = owner();
    String chosen = UUID.randomUUID().toString();

    Result named = Commands.run(server, "agents", "create", "--owner", owner, "--id", chosen);
    Result made = Commands.run(server, "agents", "create", "--owner", owner);
    Result list = Commands.run(server, "agents", "list", "--owner", owner);

    assertThat(named.out()).isEqualTo(chosen + "\n");
    assertThat(made.out()).matches(UUID_FORM + "\n");
    assertThat(list.out().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith(chosen + "\t" + owner + "\t20"))
        .anyMatch(line -> line.startsWith(made.out().strip() + "\t" + owner + "\t20"));
    assertThat(list.exitCode()).isZero();
  }

  @Test
  void agents_createdWithIdTaken_refused() {
    String id = server.agent().toString();

    Result taken = Commands.run(server, "agents", "create", "--owner", owner(), "--id", id);

    assertThat(taken.err()).startsWith("parley: ALREADY_EXISTS: ").hasLineCount(1);
    assertThat(taken.exitCode()).isEqualTo(1);
  }

  /**
   * A key works from its creation until it is revoked. Each command is a process, as an operator
   * runs it, with the address and the key from the environment.
   */
  @Test
  void keys_createdAndRevoked_openAndClose() {
    String owner = owner();
    String agent = server.run("agents", "create", "--owner", owner).out().strip();

    Result made =
        server.run("keys", "create", "--agent", agent, "--scope", "chat,agent:manage", "-q");
    String secret = made.out().strip();
    assertThat(secret).matches("g_agent_[0-9a-f]{48}");
    assertThat(server.run("agents", "list", "--key", secret).out()).startsWith(agent);

    String[] line = server.run("keys", "list", "--owner", owner).out().strip().split("\t");
    assertThat(line).hasSize(8);
    assertThat(line[0]).matches(UUID_FORM);
    assertThat(line).contains("AGENT", owner, agent, "agent:manage,agent:read,chat", "-", "live");

    assertThat(server.run("keys", "revoke", line[0]).out()).isEqualTo("Revoked " + line[0] + "\n");
    Result refused = server.run("agents", "list", "--key", secret);
    assertThat(refused.err()).startsWith("parley: UNAUTHENTICATED: ").hasLineCount(1);
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(server.run("keys", "list", "--owner", owner).out()).contains("\trevoked 20");
  }

  /**
   * The new key and the old key both work, both show their last use, and the audit log has all
   * steps.
   */
  @Test
  void keys_rotated_andAudited() {
    String owner = owner();
    String agent = Commands.run(server, "agents", "create", "--owner", owner).out().strip();
    String secret =
        Commands.run(server, "keys", "create", "--agent", agent, "--expires", "90d", "-q")
            .out()
            .strip();
    String keyId = Commands.run(server, "keys", "list", "--owner", owner).out().split("\t")[0];

    String successor =
        Commands.run(server, "keys", "rotate", keyId, "--overlap", "1h", "-q").out().strip();

    assertThat(successor).matches("g_agent_[0-9a-f]{48}");
    assertThat(Commands.run(server, "agents", "list", "--key", secret).out()).startsWith(agent);
    assertThat(Commands.run(server, "agents", "list", "--key", successor).out()).startsWith(agent);
    assertThat(Commands.run(server, "keys", "list", "--owner", owner).out().lines())
        .hasSize(2)
        .anyMatch(line -> line.startsWith(keyId) && line.contains("\texpires 20"))
        .anyMatch(line -> !line.startsWith(keyId) && line.contains("\tlive\t"));
    Result log = server.run("audit", "--agent", agent, "--since", "1h");
    assertThat(log.out().lines().map(line -> line.split("\t")[1]))
        .containsExactly("key.rotate", "key.create", "agent.create");
    assertThat(log.out().lines())
        .allMatch(line -> line.split("\t").length == 10)
        .allMatch(line -> line.contains("\troot\t-\t" + owner + "\t" + agent + "\t"));
    Result json =
        Commands.run(
            server, "audit", "--agent", agent, "--action", "key.", "--limit", "1", "--json");
    assertThat(json.out()).hasLineCount(1).contains("\"action\":\"key.rotate\"", keyId);
    assertThat(log.out() + json.out()).doesNotContain("g_agent_");
  }

  @Test
  void audit_flagThatCannotBe_refused() {
    Result limit = Commands.run(server, "audit", "--limit", "-1");
    Result since = Commands.run(server, "audit", "--since", "yesterday");

    assertThat(limit.err()).isEqualTo("parley: --limit cannot be -1: it must be 0 or more.\n");
    assertThat(since.err()).startsWith("parley: --since cannot be \"yesterday\"");
    assertThat(List.of(limit.exitCode(), since.exitCode())).containsOnly(2);
  }

  @Test
  void keys_masterWithExpiry_shownOnceAndListed() {
    String owner = owner();

    Result made =
        Commands.run(
            server,
            "keys",
            "create",
            "--owner",
            owner,
            "--client",
            "console",
            "--expires",
            "2100-01-31T00:00:00Z");
    Result list = Commands.run(server, "keys", "list", "--owner", owner);

    assertThat(made.out())
        .matches(
            "Key "
                + UUID_FORM
                + " \\(MASTER\\)\nSecret \\(shown only once\\): g_master_[0-9a-f]{48}\n");
    assertThat(list.out())
        .contains("\tMASTER\t" + owner + "\t-\t-\tconsole\texpires 2100-01-31T00:00:00Z")
        .doesNotContain("g_master_");
  }

  @Test
  void keys_secondMasterKey_refusedUnlessItReplaces() {
    String owner = "owner-" + UUID.randomUUID();
    Result first = Commands.run(server, "keys", "create", "--owner", owner);
    String keyId = first.out().split(" ", 3)[1];

    Result second = Commands.run(server, "keys", "create", "--owner", owner);
    Result replaced = Commands.run(server, "keys", "create", "--owner", owner, "--replace", "-q");

    assertThat(second.err())
        .isEqualTo(
            "parley: ALREADY_EXISTS: The owner has a live master key. Creating a new one with"
                + " \"replace\" revokes the master key "
                + keyId
                + ".\n");
    assertThat(second.exitCode()).isEqualTo(1);
    assertThat(replaced.out()).matches("g_master_[0-9a-f]{48}\n");
    assertThat(Commands.run(server, "keys", "list", "--owner", owner).out())
        .containsPattern(keyId + "\t.*\trevoked ");
    assertThat(Commands.run(server, "keys", "create", "--agent", keyId, "--replace").err())
        .isEqualTo("parley: --replace requires --owner.\n");
  }

  @Test
  void keys_neitherOwnerNorAgent_refused() {
    Result result = Commands.run(server, "keys", "create");

    assertThat(result.err())
        .isEqualTo("parley: Either --owner (master key) or --agent (agent key) is required.\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void keys_noServer_refusedNamingTheAddress() {
    Result result =
        ParleyProcess.run(
            work,
            Map.of("PARLEY_ROOT_KEY", server.rootKey(), "PARLEY_SERVER", "http://127.0.0.1:1"),
            "keys",
            "list");

    assertThat(result.err())
        .startsWith("parley: No answer from http://127.0.0.1:1: ")
        .contains("Connection refused")
        .hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(1);
  }

  @Test
  void keys_noKeyToUse_refusedSayingWhereToPutOne() {
    Result result = ParleyProcess.run(work, Map.of("PARLEY_DATA", "nowhere"), "keys", "list");

    assertThat(result.err()).startsWith("parley: No API key. Set --key, ").hasLineCount(1);
    assertThat(result.exitCode()).isEqualTo(2);
  }

  @Test
  void keys_noVerb_refusedWithHint() {
    Result result = Commands.run("keys");

    assertThat(result.err())
        .isEqualTo("parley: Missing required subcommand. Try: parley keys --help\n");
    assertThat(result.exitCode()).isEqualTo(2);
  }

  /** Each command has a help text that fits into a terminal. */
  @Test
  void help_everyCommand_isPrinted() {
    String[][] commands = {
      {"--help"},
      {"serve", "--help"},
      {"agents", "create", "--help"},
      {"keys", "create", "--help"},
      {"keys", "rotate", "--help"},
      {"audit", "--help"},
      {"sessions", "list", "--help"},
      {"sessions", "get", "--help"},
      {"messages", "list", "--help"},
      {"messages", "get", "--help"},
      {"messages", "search", "--help"},
      {"index", "--help"},
      {"index", "rebuild", "--help"},
      {"import", "--help"},
      {"copy", "--help"},
      {"backup", "--help"},
      {"restore", "--help"},
      {"repair", "--help"},
      {"check", "--help"},
      {"export", "--help"},
      {"completion", "--help"}
    };
    for (String[] command : commands) {
      Result help = Commands.run(command);
      assertThat(help.exitCode()).isZero();
      assertThat(help.out()).startsWith("Usage: parley");
      assertThat(help.out().lines()).allMatch(line -> line.length() <= 80);
      assertThat(help.err()).isEmpty();
    }
  }

  /** Each option for an agent also accepts its display name. */
  @Test
  void agent_byDisplayName() {
    String owner = owner();
    String name = "Weather " + owner;
    String agent =
        Commands.run(server, "agents", "create", "--owner", owner, "--display-name", name)
            .out()
            .strip();

    Result key = Commands.run(server, "keys", "create", "--agent", name, "-q");
    Result keys = Commands.run(server, "keys", "list", "--owner", owner, "--json");
    Result audit = Commands.run(server, "audit", "--agent", name);
    Result unknown = Commands.run(server, "sessions", "list", "--agent", "nobody");
    Commands.run(server, "agents", "create", "--owner", owner, "--display-name", name);
    Result twice = Commands.run(server, "sessions", "list", "--agent", name);

    assertThat(key.out()).startsWith("g_agent_");
    assertThat(keys.out()).hasLineCount(1).contains("\"agentId\":\"" + agent + "\"");
    assertThat(audit.out()).contains("\tagent.create\t", agent);
    assertThat(unknown.err()).contains("no agent has this id or display name").hasLineCount(1);
    assertThat(twice.err()).contains("several agents have this display name", agent);
    assertThat(List.of(unknown.exitCode(), twice.exitCode())).containsOnly(2);
  }

  /** The script is valid, and completes a command. */
  @Test
  void completion_inBash_completesCommands() throws Exception {
    Path script = work.resolve("completion.bash");
    Files.writeString(script, ParleyProcess.run(work, Map.of(), "completion").out());
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source '%s'; COMP_WORDS=(parley ret); COMP_CWORD=1; _complete_parley;"
                        .formatted(script)
                    + " echo \"${COMPREPLY[@]}\"")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(new String(bash.getInputStream().readAllBytes(), UTF_8)).isEqualTo("retention\n");
  }

  @Test
  void version_isPrinted() {
    Result version = ParleyProcess.run(work, Map.of(), "--version");

    assertThat(version.err()).isEmpty();
    assertThat(version.out()).matches("parley \\d+\\.\\d+\\.\\d+\\S*( \\([0-9a-f]{7,}\\))?\n");
  }

  private static String owner() {
    return "owner-" + UUID.randomUUID();
  }
}
