// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a client must tell for the services beside completions.

#include <concepts>

#include <grit/llm/dialect/provider.hpp>

namespace grit::llm {

/// A client whose dialect says whose words it speaks, as all dialects of the library and those derived from them do.
template <class C>
concept ServiceClient = requires(C& client) {
    { client.dialect().provider() } -> std::same_as<Provider>;
};

} // namespace grit::llm
