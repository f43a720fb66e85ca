package dev.parley.app.cli;

import dev.parley.app.cli.console.ConsoleText;
import dev.parley.app.cli.console.ExitCodes;
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
    description = "Makes, lists, rotates and revokes API keys.",
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
          "Key %s (%s)%nSecret, shown this once: %s%n",
          key.getKeyId(), key.getType(), key.getSecret());
    }
  }

  /** {@code parley keys create}. */
  @Command(
      name = "create",
      description = "Makes a key and prints its secret, which cannot be shown again.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Create implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(
        names = "--owner",
        paramLabel = "NAME",
        description = {
          "Makes this owner's master key. Revokes the live one, if there is one,",
          "and with it the keys of the owner's agents. Give this or --agent."
        })
    private @Nullable String owner;

    @Option(names = "--agent", paramLabel = "UUID", description = "Makes a key of this agent.")
    private @Nullable String agent;

    @Option(
        names = "--scope",
        paramLabel = "SCOPE",
        split = ",",
        description = {
          "A scope of an agent's key: agent:manage, chat, channels or files. It always has",
          "agent:read."
        })
    private List<String> scopes = List.of();

    @Option(names = "--client", paramLabel = "NAME", description = "The client that will use it.")
    private @Nullable String clientName;

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = "From when on it is refused, such as 2027-01-31T00:00:00Z, or 90d.")
    private @Nullable String expires;

    @Option(
        names = {"-q", "--quiet"},
        description = "Prints the secret alone, for scripts.")
    private boolean quiet;

    @Override
    public Integer call() throws Exception {
      CreateKeyRequest request = request();
      return client.run(
          channel -> {
            CreateKeyResponse key = KeyServiceGrpc.newBlockingStub(channel).createKey(request);
            print(key, quiet);
            return 0;
          });
    }

    private CreateKeyRequest request() {
      if ((owner == null) == (agent == null)) {
        throw new ConfigException("Give --owner for a master key or --agent for an agent's key.");
      }
      CreateKeyRequest.Builder request = CreateKeyRequest.newBuilder().addAllScopes(scopes);
      if (owner != null) {
        request.setType(Key.Type.MASTER).setOwner(owner);
      }
      if (agent != null) {
        request.setType(Key.Type.AGENT).setAgentId(agent);
      }
      if (clientName != null) {
        request.setClient(clientName);
      }
      if (expires != null) {
        request.setExpireTime(TimeText.ahead("--expires", expires, Instant.now()));
      }
      return request.build();
    }
  }

  /** {@code parley keys list}. */
  @Command(
      name = "list",
      description = {
        "Lists keys: id, type, owner, agent, scopes, client, state, when it was last used,",
        "tab-separated."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class ListAll implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Option(names = "--owner", paramLabel = "NAME", description = "Only this owner's.")
    private @Nullable String owner;

    @Override
    public Integer call() throws Exception {
      ListKeysRequest.Builder request = ListKeysRequest.newBuilder();
      if (owner != null) {
        request.setOwner(owner);
      }
      return client.run(
          channel -> {
            KeyServiceGrpc.KeyServiceBlockingStub stub = KeyServiceGrpc.newBlockingStub(channel);
            ListKeysResponse page;
            do {
              page = stub.listKeys(request.build());
              page.getKeysList().forEach(key -> System.out.println(line(key)));
              request.setPageToken(page.getNextPageToken());
            } while (page.hasNextPageToken());
            return 0;
          });
    }

    private static String line(Key key) {
      return String.join(
          "\t",
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
        "Makes a successor of a key, for the same agent, scopes and client, and prints its",
        "secret, which cannot be shown again. The key itself goes on for a while."
      },
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Rotate implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "KEY_ID", description = "The key's id, as `keys list` prints it.")
    private String keyId = "";

    @Option(
        names = "--overlap",
        paramLabel = "TIME",
        description = {
          "How long the key itself goes on, such as 0s, 15m, 24h or 30d, the most. Default: 24h;",
          "a master key ends at once, and the keys of the owner's agents stay."
        })
    private @Nullable String overlap;

    @Option(
        names = "--expires",
        paramLabel = "TIME",
        description = {
          "From when on the successor is refused, such as 2027-01-31T00:00:00Z, or 90d.",
          "Default: never."
        })
    private @Nullable String expires;

    @Option(
        names = {"-q", "--quiet"},
        description = "Prints the secret alone, for scripts.")
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
      description = "Revokes a key: it is refused from now on.",
      exitCodeListHeading = ExitCodes.HEADING,
      exitCodeList = {ExitCodes.DONE, ExitCodes.REFUSED, ExitCodes.NOT_TRIED},
      mixinStandardHelpOptions = true)
  static final class Revoke implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "KEY_ID", description = "The key's id, as `keys list` prints it.")
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
