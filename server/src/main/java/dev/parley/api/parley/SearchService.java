package dev.parley.api.parley;

import dev.parley.api.call.Call;
import dev.parley.api.call.RpcBinding;
import dev.parley.api.call.ServiceHandlers;
import dev.parley.api.parley.mapper.MessageMapper;
import dev.parley.api.parley.mapper.NativeMapper;
import dev.parley.api.parley.mapper.Pages;
import dev.parley.api.parley.mapper.ReadMask;
import dev.parley.core.search.MessageSearch;
import dev.parley.core.search.SearchPage;
import dev.parley.core.search.SearchRequest;
import dev.parley.core.search.SearchResult;
import dev.parley.model.ErrorReason;
import dev.parley.model.SessionException;
import dev.parley.proto.v1.SearchMessagesRequest;
import dev.parley.proto.v1.SearchMessagesResponse;
import dev.parley.proto.v1.SearchServiceGrpc;
import dev.parley.proto.v1.SearchSnippet;
import dev.parley.proto.v1.TextRange;
import dev.parley.search.SearchOrder;
import dev.parley.search.text.Snippet;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** {@code parley.v1.SearchService}: {@code GET /v1/agents/{agent_id}/messages:search}. */
final class SearchService {
  private static final int PAGE_SIZE_DEFAULT = 20;

  private final @Nullable MessageSearch search;

  /**
   * Creates the service.
   *
   * @param search the use case; null if search is turned off
   */
  SearchService(@Nullable MessageSearch search) {
    this.search = search;
  }

  ServiceHandlers handlers() {
    return ServiceHandlers.of(SearchServiceGrpc.getServiceDescriptor())
        .unaryOfCall(
            SearchServiceGrpc.getSearchMessagesMethod(),
            this::searchMessages,
            SearchService::toWire)
        .build();
  }

  private CompletableFuture<Found> searchMessages(Call call, SearchMessagesRequest request) {
    if (search == null) {
      throw new SessionException(
          ErrorReason.SEARCH_OFF, "Search is turned off on this server with the setting search.");
    }
    ReadMask mask = ReadMask.ofSearchResult(request.getReadMask());
    String id = request.getAgentId();
    int size = request.getPageSize() == 0 ? PAGE_SIZE_DEFAULT : request.getPageSize();
    return search
        .search(
            call.caller(),
            new SearchRequest(
                id.equals(RpcBinding.WILDCARD) ? null : UUID.fromString(id),
                request.getQuery(),
                request.getFilter(),
                request.getOrder() == SearchMessagesRequest.Order.NEWEST_FIRST
                    ? SearchOrder.NEWEST_FIRST
                    : SearchOrder.BEST_FIRST,
                Pages.request(size, MessageSearch.PAGE_SIZE_MAX, request.getPageToken())))
        .thenApply(page -> new Found(page, request.getIncludeContent(), mask));
  }

  private record Found(SearchPage page, boolean withContent, ReadMask mask) {}

  private static SearchMessagesResponse toWire(Call call, Found found) {
    SearchMessagesResponse.Builder response = SearchMessagesResponse.newBuilder();
    for (SearchResult result : found.page().results().items()) {
      dev.parley.proto.v1.SearchResult.Builder wire =
          dev.parley.proto.v1.SearchResult.newBuilder()
              .setSession(
                  NativeMapper.toWire(result.session()).toBuilder().clearOrigin().clearMetadata())
              .setMessage(
                  found.withContent()
                      ? MessageMapper.toWire(call, result.message())
                      : MessageMapper.withoutContent(result.message()).toBuilder()
                          .clearOmittedContentBytes()
                          .build())
              .setScore(result.score())
              .setSnippet(toWire(result.snippet()));
      response.addResults(found.mask().apply(wire.build()));
    }
    NativeMapper.ifPresent(found.page().results().nextToken(), response::setNextPageToken);
    Instant through = found.page().indexedThrough();
    if (through.isAfter(Instant.EPOCH)) {
      response.setIndexedThrough(NativeMapper.toWire(through));
    }
    return response.build();
  }

  private static SearchSnippet toWire(Snippet snippet) {
    SearchSnippet.Builder wire = SearchSnippet.newBuilder().setText(snippet.text());
    for (Snippet.Range range : snippet.ranges()) {
      wire.addRanges(TextRange.newBuilder().setStart(range.start()).setEnd(range.end()));
    }
    return wire.build();
  }
}
