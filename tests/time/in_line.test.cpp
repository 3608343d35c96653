// SPDX-License-Identifier: BSL-1.0
#include <grit/time/in_line.hpp>

#include <memory>
#include <thread>

#include <grit/core/policy_set.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;

namespace {

struct Refused {
    bool closed;
};

/// The least that a stage with places has.
template <int Line>
struct Toy {
    static constexpr bool hears_deadline = Line != 0;
    detail::Places all{1};

    detail::Places& places() { return all; }
    static int most_waiting() { return Line; }
    static Duration max_wait() { return 1h; }
    static SteadyTime time() { return {}; }
    static char const* stage() { return "toy"; }
    static detail::PolicySet<> set() { return {}; }
    static Refused refusal(bool closed) { return {closed}; }
};
template <class S>
using Call = detail::CallInPlace<S, true>;

} // namespace

TEST_CASE("a call of a stage without a line goes in or is refused, and never sleeps", "[R-420]") {
    Toy<0> stage;
    STATIC_REQUIRE(!detail::Ask::sleeps<Call<Toy<0>>>);
    STATIC_REQUIRE(!detail::Ask::parks<Call<Toy<0>>>());
    STATIC_REQUIRE(std::is_same_v<Call<Toy<0>>::Rejections, Types<Refused>>);
    STATIC_REQUIRE(sizeof(Call<Toy<0>>) < sizeof(Call<Toy<1>>));
    Attempt const at;
    {
        Call<Toy<0>> a{stage}, b{stage};
        REQUIRE(a.start(at) == Answer::again);
        REQUIRE(b.start(at) == Answer::reject);
    }
    REQUIRE(stage.all.used() == 0);
}

TEST_CASE("a thread in line sleeps until it is called", "[R-421][R-423]") {
    Toy<1> stage;
    Attempt const at;
    auto first = std::make_unique<Call<Toy<1>>>(stage);
    REQUIRE(first->start(at) == Answer::again);
    Call<Toy<1>> second{stage};
    REQUIRE(second.start(at) == Answer::sleep);
    std::thread ends{[&] { first.reset(); }};
    second.time().sleep(second.wait());
    ends.join();
    second.time().sleep(second.wait()); // it is not waited for again
    REQUIRE(second.wake(at) == Answer::again);
}

TEST_CASE("a sleep in line that nobody ends leaves the caller in line", "[R-422]") {
    Toy<1> stage;
    Attempt const at;
    REQUIRE(stage.all.enter());
    Call<Toy<1>> call{stage};
    REQUIRE(call.start(at) == Answer::sleep);
    call.time().sleep(0ns);
    REQUIRE(stage.all.waiting() == 1);
    REQUIRE(call.wake(at) == Answer::reject);
    call.with_rejection([]<class J>(J const& j) {
        if constexpr (std::is_same_v<J, Refused>) REQUIRE(!j.closed);
        else FAIL("another reason");
    });
    REQUIRE(stage.all.waiting() == 0);
}
