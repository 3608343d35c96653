// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a client must tell for the services beside completions.

#include <concepts>

#include <grit/core/config.hpp>
#include <grit/llm/dialect/provider.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A client whose dialect says whose words it speaks, as all dialects of the library and those derived from them do.
template <class C>
concept ServiceClient = requires(C const& client) {
    { client.dialect().provider() } -> std::same_as<Provider>;
};

namespace detail {

/// Returns: whose words the client speaks; where it does not say, the program does not compile.
template <class C>
Provider provider_of([[maybe_unused]] C const& client) {
    static_assert(grit::detail::is_met<(ServiceClient<C>)>,
                  "grit: a client cannot be asked for embeddings, models, counts or batches, because its dialect does "
                  "not say whose words it speaks; derive the dialect from OpenAi or Anthropic, or write a member "
                  "'Provider provider() const' instead");
    if constexpr (ServiceClient<C>) return client.dialect().provider();
    else return {};
}

} // namespace detail

} // namespace grit::inline GRIT_ABI::llm
