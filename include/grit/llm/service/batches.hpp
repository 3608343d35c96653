// SPDX-License-Identifier: BSL-1.0
#pragma once
// The batches of the providers: create one, wait for its end, fetch what became of its requests.

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/core/context.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/data/provider_batch.hpp>
#include <grit/llm/dialect/batches.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/transport_failure.hpp>
#include <grit/llm/service/service_client.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: whether the provider has surely not done what was asked, and may later: it refused, or was not reached. A
/// request whose answer is lost may have made a batch already, which somebody would pay for twice.
inline bool is_surely_undone(ApiError const& error) noexcept {
    if (!is_retryable(error)) return false;
    if (auto const* const connection = dynamic_cast<ApiConnectionError const*>(&error)) {
        using enum TransportFailure;
        auto const kind = connection->kind();
        return kind == refused || kind == unreachable || kind == connect_timeout || kind == dns_temporary ||
               kind == tls_handshake;
    }
    auto const* const status = dynamic_cast<ApiStatusError const*>(&error);
    return status != nullptr && (status->status() == 429 || status->status() == 529);
}

/// Whether a batch is still being worked off.
inline bool is_running(ProviderBatch const& batch) noexcept { return batch.state == ProviderBatch::State::running; }

/// Three attempts to create a batch, where the one before has surely made none.
using BatchCreation = Retrying<
    StopAfterAttempt<3>,
    WaitHint<std::chrono::seconds{60}, WaitRandomExponential<std::chrono::seconds{1}, std::chrono::seconds{30}>>,
    RetryIfException<is_surely_undone>, Time<CallTime>>;

/// Looks for the end of a batch, after 2 s at first and every minute later, for a day and an hour; what may pass is
/// passed over.
using BatchPolling =
    Retrying<StopAfterDelay<std::chrono::hours{25}>, WaitExponential<std::chrono::seconds{2}, std::chrono::seconds{60}>,
             RetryIfException<is_retryable>, RetryIfResult<is_running>, Time<CallTime>>;

namespace detail {

/// Makes one call for a batch: `build(provider, endpoint)` returns the request, `read(response, key, now)` the answer.
template <class C, class Build, class Read, class Policy = UsePolicy>
auto ask_of_batch(C& client, CallOptions const& options, Build const& build, Read const& read,
                  Policy const& policy = Policy{}) {
    auto const& endpoint = client.endpoint();
    return client.ask(
        options, [&] { return build(detail::provider_of(client), endpoint); },
        [&](HttpResponse const& response) { return read(response, endpoint.key, std::chrono::system_clock::now()); },
        policy);
}

} // namespace detail

/// Creates a batch of these requests; for OpenAI their file is uploaded first, under the client's own policy.
///
/// Throws: as `Client::complete`; InvalidRequestError if two entries have one name, or as the dialect's `encode`.
template <class C, class Policy = BatchCreation>
ProviderBatch create_batch(C& client, std::vector<BatchEntry> const& entries, CallOptions const& options = {},
                           Policy const& policy = Policy{}) {
    detail::check_entries(entries);
    auto const body = [&](ChatRequest request) {
        if (request.model.empty()) request.model = client.endpoint().model;
        return client.dialect().encode(request, client.endpoint()).body;
    };
    if (detail::provider_of(client) == Provider::anthropic)
        return detail::ask_of_batch(
            client, options,
            [&](Provider, auto const& endpoint) { return detail::create_request(options, endpoint, entries, body); },
            detail::read_batch, policy);
    auto const lines = detail::batch_lines(detail::provider_of(client), entries, body);
    auto file = detail::ask_of_batch(
        client, options,
        [&](Provider provider, auto const& endpoint) {
            return detail::upload_request(provider, options, endpoint, lines);
        },
        detail::read_file_name);
    auto batch = detail::ask_of_batch(
        client, options,
        [&](Provider provider, auto const& endpoint) {
            return detail::create_request(provider, options, endpoint, file.id);
        },
        detail::read_batch, policy);
    std::ranges::move(batch.attempts, std::back_inserter(file.attempts));
    batch.attempts = std::move(file.attempts);
    return batch;
}

/// Looks at a batch: once, or again and again under a policy that waits for a state.
template <class C, class Policy = UsePolicy>
ProviderBatch get_batch(C& client, std::string_view id, CallOptions const& options = {},
                        Policy const& policy = Policy{}) {
    return detail::ask_of_batch(
        client, options,
        [&](Provider provider, auto const& endpoint) {
            return detail::service_get(provider, options, endpoint, detail::batches_path(provider, id));
        },
        detail::read_batch, policy);
}

/// Waits until a batch has ended or failed.
///
/// Returns: the batch as it was seen last: still running if the policy gave up, or if no further look fits before the
/// deadline of `options`. Throws: ApiUserAbortError when its stop is requested; the error that the policy gave up on.
template <class C, class Policy = BatchPolling>
ProviderBatch await_batch(C& client, std::string_view id, CallOptions const& options = {},
                          Policy const& policy = Policy{}) {
    return get_batch(client, id, options, policy);
}

/// Asks the provider to cancel a batch; it ends a while later.
template <class C>
ProviderBatch cancel_batch(C& client, std::string_view id, CallOptions const& options = {}) {
    return detail::ask_of_batch(
        client, options,
        [&](Provider provider, auto const& endpoint) {
            return detail::service_post(provider, options, endpoint, detail::batches_path(provider, id, "/cancel"),
                                        "{}");
        },
        detail::read_batch);
}

/// Fetches what became of the requests of a batch.
///
/// It is asked for at the endpoint itself, whatever address the batch names: the key goes nowhere else. Throws: as
/// `Client::complete`; too large for one answer is what CurlOptions::max_response_bytes says.
template <class C>
BatchResults batch_results(C& client, ProviderBatch const& batch, CallOptions const& options = {}) {
    std::vector<std::string> paths;
    if (detail::provider_of(client) == Provider::anthropic)
        paths.push_back(detail::batches_path(Provider::anthropic, batch.id, "/results"));
    else
        for (auto const& file : {batch.output_file, batch.error_file})
            if (!file.empty()) paths.push_back("/files/" + detail::path_segment(file) + "/content");
    BatchResults all;
    for (auto const& path : paths) {
        auto part = detail::ask_of_batch(
            client, options,
            [&](Provider provider, auto const& endpoint) {
                return detail::service_get(provider, options, endpoint, path);
            },
            [&](HttpResponse const& response, auto const& key, auto now) {
                BatchResults read;
                detail::read_results(read, response, key, now, [&](HttpResponse const& whole) {
                    return client.dialect().decode(whole, key, now);
                });
                return read;
            });
        all.results.merge(part.results);
        all.unreadable += part.unreadable;
        std::ranges::move(part.attempts, std::back_inserter(all.attempts));
    }
    return all;
}

} // namespace grit::inline GRIT_ABI::llm
