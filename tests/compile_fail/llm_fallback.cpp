// SPDX-License-Identifier: BSL-1.0
// Rules and clients that a Fallback cannot go by.
#include <stdexcept>

#include <grit/llm/client/fallback.hpp>

using namespace grit::llm;

// expect-error: grit: 'FailOverIf' was given a callable that does not take an error, because .* write a callable that takes std::exception const& and returns bool instead
namespace no_error {
FailOverIf const only_runtime{[](std::runtime_error const&) { return true; }};
} // namespace no_error

// expect-error: grit: 'Fallback' was given no client, because there is nothing to ask; write Fallback\{first, second\} or Fallback\{list\} instead
namespace no_client {
Fallback nobody;
} // namespace no_client
