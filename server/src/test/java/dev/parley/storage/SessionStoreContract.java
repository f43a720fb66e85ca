package dev.parley.storage;

import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The suite that every store passes. Cases share a store: their ids are random. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SessionStoreContract {
  SessionStore shared;

  /** A new place for data. Each call of what this returns opens a store there, one at a time. */
  protected abstract Supplier<SessionStore> newPlace();

  @BeforeAll
  void openShared() {
    shared = newPlace().get();
  }

  @AfterAll
  void closeShared() {
    shared.close();
  }

  @Nested
  class Agents extends AgentCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Keys extends ApiKeyCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class AuditLog extends AuditCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Sessions extends SessionCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Archiving extends ArchiveCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Appending extends AppendCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Idempotency extends IdempotencyCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Messages extends MessageCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Paging extends PagingCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class KeyPaging extends KeyPagingCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Snapshots extends SnapshotCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Cancelling extends CancellationCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Filters extends FilterCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Runs extends RunCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Deletion extends DeletionCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Expiry extends ExpiryCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Text extends TextCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Concurrency extends ConcurrencyCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Transfer extends TransferCases {
    @Override
    SessionStore store() {
      return shared;
    }
  }

  @Nested
  class Lifecycle extends LifecycleCases {
    private final Supplier<SessionStore> place = newPlace();

    @Override
    SessionStore open() {
      return place.get();
    }
  }
}
