package dev.parley.storage;

import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;

/** The contract suite of all stores. Cases share a store and use random ids. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContract {
  Store shared;

  /**
   * Creates a new place for data. Each call of the returned function opens a store there, one at a
   * time.
   */
  protected abstract Supplier<Store> newPlace();

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
    Store store() {
      return shared;
    }
  }

  @Nested
  class Keys extends ApiKeyCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class MasterKeys extends MasterKeyCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class AuditStore extends AuditCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Webhooks extends WebhookCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Sessions extends SessionCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Metadata extends MetadataCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Archiving extends ArchiveCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Appending extends AppendCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Lookups extends LookupCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Idempotency extends IdempotencyCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Messages extends MessageCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Paging extends PagingCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class KeyPaging extends KeyPagingCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Snapshots extends SnapshotCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Cancelling extends CancellationCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Filters extends FilterCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Labels extends LabelCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Runs extends RunCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class RunsOfAgents extends AgentRunCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Leasing extends LeaseCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class LeasedAppending extends LeaseAppendCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Deletion extends DeletionCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class MessageDeletion extends MessageDeletionCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Expiry extends ExpiryCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Changes extends ChangeCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Text extends TextCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Concurrency extends ConcurrencyCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Transfer extends TransferCases {
    @Override
    Store store() {
      return shared;
    }
  }

  @Nested
  class Lifecycle extends LifecycleCases {
    private final Supplier<Store> place = newPlace();

    @Override
    Store open() {
      return place.get();
    }
  }
}
