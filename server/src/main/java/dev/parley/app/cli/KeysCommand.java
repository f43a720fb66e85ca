package dev.parley.app.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.api.json.JsonCodec;
import dev.parley.app.cli.client.AgentNames;
import dev.parley.app.cli.client.ClientOptions;
import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
import dev.parley.app.cli.console.RowPrinter;
import dev.parley.app.cli.console.TimeText;
import dev.parley.config.ConfigException;
import dev.parley.proto.v1.CreateKeyRequest;
import dev.parley.proto.v1.CreateKeyResponse;
import dev.parley.proto.v1.Key;
import dev.parley.proto.v1.KeyServiceGrpc;
import dev.parley.proto.v1.ListKeysRequest;
import dev.parley.proto.v1.ListKeysResponse;
import dev.parley.proto.v1.RevokeKeyRequest;
import dev.parley.proto.v1.RotateKeyRequest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code parley keys}. */
@Command(
    name = "keys",
    description = "Creates, lists, rotates and revokes API keys.",
    mixinStandardHelpOptions = true,
    subcommands = {
      KeysCommand.Create.class,
      KeysCommand.ListAll.class,
      KeysCommand.Rotate.class,
      KeysCommand.Revoke.class
    })
public final class KeysCommand {

  private static void print(CreateKeyResponse key, boolean quiet) {
    if (quiet) {
      System.out.println(key.getSecret());
    } else {
      System.out.printf(
          "Key %s (%s)%nSecret (shown only once): %s%n",
          key.getKeyId(), key.getType(), key.getSecret());
    }
  }

  /** {@code parley keys create}. */
  @Command(
      name = "create",
      description = "Creates a key and prints its secret. The secret cannot be shown again.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
        names = "--owner",
        paramLabel = "NAME",
        description =
            "Creates the master key of this owner. Either --owner or --agent is required.")
    private @Nullable String owner;

    @Option(
        names = "--replace",
        description =
            "Replaces the live master key of the owner. That key and the live keys of the "
                + "owner's agents are revoked. Without this option, the command fails if the "
                + "owner has a live master key.")
    private boolean replace;

    @Option(
        names = "--agent",
        paramLabel = "AGENT",
        description = "Creates a key of this agent: its id or display name.")
    private @Nullable String agent;

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        split = ",",
        description =
            "Scopes of an agent key, separated by commas: agent:manage, chat, channels, "
                + "files. An agent key always has the scope agent:read.")
    private List<String> scopes = List.of();

    @Option(
        names = "--client",
        paramLabel = "NAME",
        description = "The client that will use the key.")
    private @Nullable String clientName;

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "Expiry of the key, such as 2027-01-31T00:00:00Z or 90d. Default: never.")
    private @Nullable String expires;

    @Option(
        names = {"-q", "--quiet"},
        description = "Prints only the secret, for scripts.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
      CreateKeyRequest.Builder request = request();
      return client.run(
          channel -> {
            if (agent != null) {
              request.setType(Key.Type.AGENT).setAgentId(AgentNames.id(channel, agent));
            }
            CreateKeyResponse key =
                KeyServiceGrpc.newBlockingStub(channel).createKey(request.build());
            print(key, quiet);
            return 0;
          });
    }

    private CreateKeyRequest.Builder request() {
      if ((owner == null) == (agent == null)) {
        throw new ConfigException(
            "Either --owner (master key) or --agent (agent key) is required.");
      }
      if (replace && owner == null) {
        throw new ConfigException("--replace requires --owner.");
      }
      CreateKeyRequest.Builder request = CreateKeyRequest.newBuilder().addAllScopes(scopes);
      if (owner != null) {
        request.setType(Key.Type.MASTER).setOwner(owner).setReplace(replace);
      }
      if (clientName != null) {
        request.setClient(clientName);
      }
      if (expires != null) {
        request.setExpireTime(TimeText.ahead("--expires", expires, Instant.now()));
      }
      return request;
    }
  }

  /** {@code parley keys list}. */
  @Command(
      name = "list",
      description =
          "Lists keys: a table on a terminal, otherwise tab-separated lines of id, type, owner,"
              + " agent, scopes, client, state and time of last use.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--owner", paramLabel = "NAME", description = "Lists only items of this owner.")
    private @Nullable String owner;

    @Option(names = "--json", description = "Prints one JSON object per line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
      ListKeysRequest.Builder request = ListKeysRequest.newBuilder();
      if (owner != null) {
        request.setOwner(owner);
      }
      return client.run(
          channel -> {
            KeyServiceGrpc.KeyServiceBlockingStub stub = KeyServiceGrpc.newBlockingStub(channel);
            RowPrinter rows =
                RowPrinter.toStandardOutput(
                    "KEY", "TYPE", "OWNER", "AGENT", "SCOPES", "CLIENT", "STATE", "LAST USED");
            ListKeysResponse page;
            do {
              page = stub.listKeys(request.build());
              page.getKeysList().forEach(key -> print(key, rows));
              if (!json) {
                rows.flush();
              }
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken());
            return 0;
          });
    }

    private void print(Key key, RowPrinter rows) {
      if (json) {
        System.out.println(new String(JsonCodec.write(key), UTF_8));
        return;
      }
      rows.add(
          key.getKeyId(),
          key.getType().name(),
          key.getOwner(),
          key.hasAgentId() ? key.getAgentId() : ConsoleText.NONE,
          key.getScopesCount() == 0 ? ConsoleText.NONE : String.join(",", key.getScopesList()),
          key.hasClient() ? key.getClient() : ConsoleText.NONE,
          state(key),
          key.hasLastUseTime() ? ConsoleText.time(key.getLastUseTime()) : ConsoleText.NONE);
    }

    private static String state(Key key) {
      if (key.hasRevokeTime()) {
        return "revoked " + ConsoleText.time(key.getRevokeTime());
      }
      if (!key.hasExpireTime()) {
        return "live";
      }
      return (key.getState() == Key.State.EXPIRED ? "expired " : "expires ")
          + ConsoleText.time(key.getExpireTime());
    }
  }

  /** {@code parley keys rotate}. */
  @Command(
      name = "rotate",
      description = {
        "Creates a new key with the same agent, scopes and client, and prints its secret.",
        "The secret cannot be shown again. The old key stays valid for the overlap."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Rotate implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(
        paramLabel = "KEY_ID",
        description = "The id of the key, as printed by 'parley keys list'.")
    private String keyId = "";

    @Option(
        names = "--overlap",
        paramLabel = "TIME",
        description =
            "How long the old key stays valid, such as 0s, 15m or 24h; at most 30d. "
                + "Default: 24h. An old master key is revoked at once. The keys of the owner's "
                + "agents stay valid.")
    private @Nullable String overlap;

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "Expiry of the new key, such as 2027-01-31T00:00:00Z or 90d. Default: never.")
    private @Nullable String expires;

    @Option(
        names = {"-q", "--quiet"},
        description = "Prints only the secret, for scripts.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
      RotateKeyRequest request = request();
      return client.run(
          channel -> {
            print(KeyServiceGrpc.newBlockingStub(channel).rotateKey(request), quiet);
            return 0;
          });
    }

    private RotateKeyRequest request() {
      RotateKeyRequest.Builder request = RotateKeyRequest.newBuilder().setKeyId(keyId);
      if (overlap != null) {
        long seconds = TimeText.seconds("--overlap", overlap);
        request.setOverlapSeconds((int) Math.min(seconds, Integer.MAX_VALUE));
      }
      if (expires != null) {
        request.setExpireTime(TimeText.ahead("--expires", expires, Instant.now()));
      }
      return request.build();
    }
  }

  /** {@code parley keys revoke}. */
  @Command(
      name = "revoke",
      description = "Revokes a key. It is rejected from then on.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(
        paramLabel = "KEY_ID",
        description = "The id of the key, as printed by 'parley keys list'.")
    private String keyId = "";

    @Override
    public Integer call() throws Exception {
      return client.run(
          channel -> {
            var unused =
                KeyServiceGrpc.newBlockingStub(channel)
                    .revokeKey(RevokeKeyRequest.newBuilder().setKeyId(keyId).build());
            System.out.println("Revoked " + keyId);
            return 0;
          });
    }
  }
}
