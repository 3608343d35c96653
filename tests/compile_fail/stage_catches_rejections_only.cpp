// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a call of a stage catches a rejection and does not take it as a value, because
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Forgives : StageInterface<Forgives> {
    struct Call {
        using Catches = Types<Rejected>;
        void start(Attempt const&) const {}
        void caught(Attempt const&, Rejected const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
auto result = pipeline(Forgives{}, breaker).try_call([] { return 1; });
