// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'FailOverIf' was given a callable that does not take an error, because .* write a callable that takes std::exception const& and returns bool instead
#include <stdexcept>

#include <grit/llm/client/fail_over.hpp>

grit::llm::FailOverIf const only_runtime{[](std::runtime_error const&) { return true; }};
