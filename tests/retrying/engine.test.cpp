// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/engine.hpp>

#include "retrying/samples.hpp"

// Of a user who has names of the library's, for anything: none of them may be called in place of its own.
namespace meddling {

template <class... Any>
void call(Any&&...) = delete;
template <class... Any>
void accepts(Any&&...) = delete;
template <class... Any>
void sleep(Any&&...) = delete;
template <class... Any>
void sleep_watching(Any&&...) = delete;
template <class... Any>
void sleep_watching_own(Any&&...) = delete;
template <class... Any>
void ended_during_sleep(Any&&...) = delete;
template <class... Any>
void ended_by_stop(Any&&...) = delete;
template <class... Any>
void retry_error(Any&&...) = delete;
template <class... Any>
void replaced(Any&&...) = delete;
template <class... Any>
void must_retry(Any&&...) = delete;
template <class... Any>
void raise_if_permanent(Any&&...) = delete;

struct Error : std::exception {};

struct Clock {
    int* sleeps;
    grit::TimePoint now() const { return {}; }
    void sleep(grit::Duration) const { ++*sleeps; }
};
struct Token {
    bool const* requested;
    bool stop_requested() const { return *requested; }
};

} // namespace meddling

using namespace grit;
using namespace samples;

TEST_CASE("functions of a user's namespace are not taken for the steps of a call") {
    int sleeps = 0;
    bool requested = false;
    meddling::Clock clock{&sleeps};

    SECTION("where a sleep is watched and an error thrown instead") {
        Retrying const retrying{StopAfterAttempt<3>{}, StopWhenRequested{meddling::Token{&requested}},
                                WaitFixed<1s>{},       RetryIf<meddling::Error>{},
                                ThrowRetryError{},     Time{clock}};
        REQUIRE_THROWS_AS(retrying([] { throw meddling::Error{}; }), RetryError);
        REQUIRE(sleeps == 2);
    }
    SECTION("where a hook gives the result, and a signal ends the call") {
        Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIf<meddling::Error>{},
                                OnGiveUp{[] { return 7; }}, Time{clock}};
        REQUIRE(retrying([]() -> int { throw meddling::Error{}; }) == 7);
        REQUIRE_THROWS_AS(retrying([]() -> int { throw Permanent{meddling::Error{}}; }), meddling::Error);
        REQUIRE(sleeps == 1);
    }
    SECTION("where an attempt is taken and its result judged") {
        Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, RetryIfResult{[](int n) { return n < 2; }},
                                Time{clock}};
        REQUIRE(retrying([](Attempt const& attempt) { return attempt.number(); }) == 2);
        REQUIRE(sleeps == 1);
    }
}
