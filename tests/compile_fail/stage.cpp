// SPDX-License-Identifier: BSL-1.0
// Stages of a user's own that do not say what a driver has to know.
#include <stdexcept>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a call of a stage names an error after its base, because
namespace catches_derived_after_base {
struct Notes : StageInterface<Notes> {
    struct Call {
        using Catches = Types<std::exception, std::runtime_error>;
        void start(Attempt const&) const {}
        void caught(Attempt const&, std::exception const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
int result = Notes{}([] { return 1; });
} // namespace catches_derived_after_base

// expect-error: grit: a call of a stage catches a rejection and does not take it as a value, because
namespace catches_rejections_only {
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
} // namespace catches_rejections_only

// expect-error: grit: a call of a stage can refuse and does not say with what, because
namespace refuses_with_what {
struct Refuses : StageInterface<Refuses> {
    struct Call {
        bool start(Attempt const&) const { return false; }
        decltype(auto) with_rejection(auto f) const { return f(DeadlinePassed{"mine"}); }
    };
    Call call(Attempt const&) const { return {}; }
};
int result = Refuses{}([] { return 1; });
} // namespace refuses_with_what
