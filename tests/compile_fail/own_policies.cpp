// SPDX-License-Identifier: BSL-1.0
// Policies of a user that lack what the engine asks for.
#include <grit/retry.hpp>

using namespace grit;

// expect-error: grit: a stop of your own cannot be asked, because
namespace stop_without_question {
struct Mine {
    static constexpr Family family = Family::stop;
};
constexpr Retrying<Mine> retrying;
} // namespace stop_without_question

// expect-error: grit: a wait of your own cannot be asked, because
namespace wait_without_question {
struct Mine {
    static constexpr Family family = Family::wait;
};
constexpr Retrying<StopAfterAttempt<3>, Mine> retrying;
} // namespace wait_without_question

// expect-error: grit: a retry predicate of your own handles an error that it cannot be asked about, because
namespace predicate_without_question {
struct Error {};
struct Mine {
    static constexpr Family family = Family::retry;
    using Handles = Types<Error>;
};
constexpr Retrying<StopAfterAttempt<4>, Mine> retrying;
} // namespace predicate_without_question

// expect-error: grit: a hook of your own watches no moment, because
namespace hook_without_moment {
struct Mine {
    static constexpr Family family = Family::hook;
    template <class Q>
    void operator()(Q const&) const {}
};
constexpr Retrying<StopAfterAttempt<5>, Mine> retrying;
} // namespace hook_without_moment
