// SPDX-License-Identifier: BSL-1.0
// A thread that is cancelled (pthread_cancel) in an operation unwinds its stack without an exception: the call was
// cancelled, whichever front it is in.
#include <grit/retry.hpp>

#include <stdexcept>
#include <vector>

#include <grit/pipeline.hpp>

#include "support/cancelled_thread.hpp"
#include "support/catch.hpp"

#ifdef GRIT_TEST_CANCELS_THREADS

using namespace grit;
using grit::test::cancelled;

TEST_CASE("a call whose thread is cancelled in the operation was cancelled, in every front", "[R-644]") {
    std::vector<StopReason> ends;
    Retrying const retrying{StopAfterAttempt<3>{}, AllowNested{},
                            OnEnd{[&](StopReason why) noexcept { ends.push_back(why); }}};
    Retrying const named = retrying.with(RetryIf<std::runtime_error>{});
    CHECK(cancelled([&](auto const& op) { retrying(op); }));
    CHECK(cancelled([&](auto const& op) { named(op); }));
    CHECK(cancelled([&](auto const& op) { (void)retrying.report(op); }));
    CHECK(cancelled([&](auto const& op) { pipeline(retrying)(op); }));
    CHECK(cancelled([&](auto const& op) { pipeline(named, retrying)(op); }));
    CHECK(ends == std::vector<StopReason>(6, StopReason::cancelled));
}

TEST_CASE("an error that passes is not taken for a cancellation, also while another one unwinds the stack", "[R-644]") {
    std::vector<StopReason> ends;
    Retrying const retrying{StopAfterAttempt<3>{}, AllowNested{}, RetryIf<std::runtime_error>{},
                            OnEnd{[&](StopReason why) noexcept { ends.push_back(why); }}};
    auto const call = [&] {
        try {
            retrying([] { throw std::logic_error("passes"); });
        } catch (std::logic_error const&) {
        }
    };
    call();
    struct Calls {
        decltype(call) const& it;
        ~Calls() { it(); }
    };
    try {
        Calls const calls{call};
        throw 1;
    } catch (int) {
    }
    CHECK(ends == std::vector<StopReason>(2, StopReason::not_retryable));
}

#endif
