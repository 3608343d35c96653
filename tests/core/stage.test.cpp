// SPDX-License-Identifier: BSL-1.0
#include <grit/core/stage.hpp>

#include <stdexcept>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;
using detail::Ask;

namespace {

struct Least {
    void start(Attempt const&) const {}
};
struct Admits {
    bool in;
    bool start(Attempt const&) const { return in; }
};
struct Sleeps {
    Answer start(Attempt const&) const { return Answer::sleep; }
    Duration wait() const { return 1s; }
};
struct Judges {
    template <class R>
    static constexpr bool judges = std::is_same_v<R, int>;
    void start(Attempt const&) const {}
    Answer returned(Attempt const&, auto const&) const { return Answer::again; }
    Answer rejected(Attempt const&, int rejection) const { return rejection == 1 ? Answer::sleep : Answer::give_up; }
    void rejected(Attempt const&, char) const {}
};
template <class... Es>
struct Names {
    using Catches = Types<Es...>;
    void start(Attempt const&) const {}
};
struct Mine : Rejected {
    using Rejected::Rejected;
};

} // namespace

TEST_CASE("a step says what follows") {
    STATIC_REQUIRE(Step::done().is_done());
    STATIC_REQUIRE(Step::again().is_again());
    STATIC_REQUIRE(Step::sleep(2s).sleeps());
    STATIC_REQUIRE(Step::sleep(2s).wait == 2s);
    STATIC_REQUIRE(Step::give_up(StopReason::hint).gives_up());
    STATIC_REQUIRE(Step::give_up(StopReason::hint).reason == StopReason::hint);
    STATIC_REQUIRE(Step{Step::Kind::reject} != Step{Step::Kind::replace});
}

TEST_CASE("a call that says no more than start() always goes in and hears nothing") {
    Least least;
    Attempt const at{2};
    REQUIRE(Ask::start(least, at) == Answer::again);
    REQUIRE(&Ask::attempt(least, at) == &at);
    REQUIRE(Ask::wake(least, at) == Answer::again);
    REQUIRE(Ask::returned(least, at, 1) == Answer::done);
    REQUIRE(Ask::rejected(least, at, 1) == Answer::reject);
    STATIC_REQUIRE(Ask::always_goes_in<Least, Attempt>);
    STATIC_REQUIRE_FALSE(Ask::refuses<Least>);
    STATIC_REQUIRE_FALSE(Ask::sleeps<Least>);
    STATIC_REQUIRE_FALSE(Ask::ends_late<Least>);
    STATIC_REQUIRE(detail::ClausesOf<Least>::size == 0);
}

TEST_CASE("what start() returns is an answer") {
    Attempt const at;
    Admits in{true};
    Admits out{false};
    Sleeps sleeps;
    REQUIRE(Ask::start(in, at) == Answer::again);
    REQUIRE(Ask::start(out, at) == Answer::reject);
    REQUIRE(Ask::start(sleeps, at) == Answer::sleep);
    STATIC_REQUIRE_FALSE(Ask::always_goes_in<Admits, Attempt>);
    STATIC_REQUIRE(Ask::sleeps<Sleeps>);
}

TEST_CASE("what a call says of a result counts only where it looks at one") {
    Judges judges;
    Attempt const at;
    REQUIRE(Ask::returned(judges, at, 1) == Answer::again);
    REQUIRE(Ask::returned(judges, at, 'x') == Answer::done);
    STATIC_REQUIRE(Ask::judges<Judges, Attempt, int>());
    STATIC_REQUIRE_FALSE(Ask::judges<Judges, Attempt, char>());
}

TEST_CASE("giving up on a rejection, or saying nothing of it, passes it on") {
    Judges judges;
    Attempt const at;
    REQUIRE(Ask::rejected(judges, at, 1) == Answer::sleep);
    REQUIRE(Ask::rejected(judges, at, 2) == Answer::reject);
    REQUIRE(Ask::rejected(judges, at, 'x') == Answer::reject);
}

TEST_CASE("a call that names a base of Rejected lets rejections pass before it") {
    using detail::ClausesOf;
    STATIC_REQUIRE(std::is_same_v<ClausesOf<Names<std::logic_error>>, Types<std::logic_error>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOf<Names<std::logic_error, std::exception>>,
                                  Types<std::logic_error, Rejected, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOf<Names<std::runtime_error, std::exception>>,
                                  Types<Rejected, std::runtime_error, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOf<Names<Rejected, std::exception>>, Types<Rejected, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<ClausesOf<Names<Mine, std::exception>>, Types<Mine, Rejected, std::exception>>);
    STATIC_REQUIRE(detail::is_named<Names<Mine>, Mine>);
    STATIC_REQUIRE_FALSE(detail::is_named<Names<std::exception>, Rejected>);
}
