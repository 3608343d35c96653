// SPDX-License-Identifier: BSL-1.0
#pragma once
// An answer that begins again, for those who have seen a part of it and want the whole.

#include <concepts>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/error/attempt_record.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Told before the first piece of an answer that begins again: what was seen so far is void, because its stream broke.
///
/// Valid until the callable that gets it returns.
struct Restart {
    /// The attempt whose pieces were seen, with what broke it.
    AttemptRecord const& broken;
    /// The number of the attempt that begins now, counted over the whole call.
    int attempt = 0;
};

/// A callable for the pieces of a stream that can also be told of a Restart. It asks for that: once something was
/// delivered, a stream that breaks is retried and failed over as if nothing had been.
template <class F>
concept TakesRestart = std::invocable<F&, Restart const&>;

/// Takes the pieces of a stream that nobody sees before its end: the limits of a stream hold, and what breaks is asked
/// for again.
struct Unseen {
    void operator()(Delta const&) const noexcept {}
    void operator()(Restart const&) const noexcept {}
};

} // namespace grit::inline GRIT_ABI::llm
