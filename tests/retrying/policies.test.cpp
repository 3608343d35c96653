// SPDX-License-Identifier: BSL-1.0
// What each policy means in a call: the rules of docs/reference/semantics.md that name it.
#include <grit/retry.hpp>

#include <stop_token>
#include <string>
#include <system_error>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

struct Lost : std::runtime_error {
    explicit Lost(char const* text = "the connection was lost") : std::runtime_error(text) {}
};
struct Reset : Lost {};
struct Refused : Rejected {
    Refused() : Rejected("breaker", 1s) {}
};

struct Least {
    std::uint64_t operator()() const noexcept { return 0; }
};
struct Most {
    std::uint64_t operator()() const noexcept { return ~std::uint64_t{0}; }
};

using Waits = std::vector<Duration>;

/// How often a call with these policies tries an operation that fails each time.
template <class E = Lost, class... Ps>
int attempts(Ps... policies) {
    ManualTime time;
    int calls = 0;
    CHECK_THROWS_AS((Retrying{policies..., Time{time}}([&] {
                        ++calls;
                        throw E();
                    })),
                    E);
    return calls;
}

/// The same for an operation that returns this.
template <class P, class R>
int attempts_with(P predicate, R result) {
    int calls = 0;
    Retrying{StopAfterAttempt<3>{}, predicate}([&] {
        ++calls;
        return result;
    });
    return calls;
}

/// What is slept in a call of five attempts that fail, with the least or the most that can be drawn.
template <class Draw = Least, class W>
Waits slept(W wait) {
    ManualTime time;
    CHECK_THROWS_AS((Retrying{StopAfterAttempt<5>{}, wait, Time{time}, Random<Draw>{}}([] { throw Lost(); })), Lost);
    return time.slept();
}

} // namespace

TEST_CASE("StopAfterAttempt counts attempts", "[R-300]") {
    CHECK(attempts(StopAfterAttempt<1>{}) == 1);
    CHECK(attempts(StopAfterAttempt<4>{}) == 4);
    CHECK(attempts(StopAfterAttempt{4}) == 4);
}

TEST_CASE("StopIf asks", "[R-301]") {
    CHECK(attempts(StopIf{[](Attempt const& a) { return a.number() == 3; }}, WaitFixed<1s>{}) == 3);
    auto const is_reset = [](Attempt const&, Failure const& f) { return f.as<Reset>() != nullptr; };
    CHECK(attempts<Reset>(StopIf{is_reset}, WaitFixed<1s>{}) == 1);
    CHECK(attempts<Lost>(StopAfterAttempt<3>{}, StopIf{is_reset}) == 3);
}

TEST_CASE("StopWhenRequested ends with the outcome of the last attempt", "[R-302]") {
    std::stop_source source;
    ManualTime time;
    Retrying const retrying{StopWhenRequested{source.get_token()}, WaitFixed<1s>{}, Time{time}};
    int calls = 0;
    auto const report = retrying.report([&] {
        if (++calls == 2) source.request_stop();
        throw Lost();
    });
    CHECK(calls == 2);
    CHECK(report.reason() == StopReason::cancelled);
}

TEST_CASE("StopNever does not stop", "[R-303]") {
    ManualTime time;
    int calls = 0;
    CHECK(Retrying{StopNever{}, WaitFixed<24h>{}, Time{time}}([&] {
              if (++calls < 1000) throw Lost();
              return calls;
          }) == 1000);
}

TEST_CASE("StopAny and StopAll combine", "[R-304]") {
    CHECK(attempts(StopAny<StopAfterAttempt<5>, StopAfterDelay<2s>>{}, WaitFixed<1s>{}) == 3);
    CHECK(attempts(StopAfterAttempt<2>{} | StopAfterDelay<2s>{}, WaitFixed<1s>{}) == 2);
    CHECK(attempts(StopAll<StopAfterAttempt<5>, StopAfterDelay<2s>>{}, WaitFixed<1s>{}) == 5);
    CHECK(attempts(StopAfterAttempt<2>{} & StopAfterDelay<2s>{}, WaitFixed<1s>{}) == 3);
}

TEST_CASE("WaitNone and WaitFixed wait the same each time", "[R-310]") {
    CHECK(slept(WaitNone{}).empty());
    CHECK(slept(WaitFixed<3s>{}) == Waits{3s, 3s, 3s, 3s});
    CHECK(slept(WaitFixed{3s}) == Waits{3s, 3s, 3s, 3s});
}

TEST_CASE("WaitRandom draws from its bounds", "[R-311]") {
    CHECK(slept<Least>(WaitRandom<1s, 3s>{}) == Waits{1s, 1s, 1s, 1s});
    CHECK(slept<Most>(WaitRandom<1s, 3s>{}) == Waits{3s, 3s, 3s, 3s});
}

TEST_CASE("WaitIncrementing adds its step", "[R-312]") {
    CHECK(slept(WaitIncrementing<1s, 2s, 6s>{}) == Waits{1s, 3s, 5s, 6s});
    CHECK(slept(WaitIncrementing<3s, -2s, 6s>{}) == Waits{3s, 1s});
}

TEST_CASE("WaitExponential grows by its factor, between its minimum and its maximum", "[R-313]") {
    CHECK(slept(WaitExponential<1s, 60s>{}) == Waits{1s, 2s, 4s, 8s});
    CHECK(slept(WaitExponential<1s, 20s, 3, 2s>{}) == Waits{2s, 3s, 9s, 20s});
    CHECK(slept(WaitExponential<4s, 60s, std::ratio<3, 2>{}>{}) == Waits{4s, 6s, 9s, 13500ms});
}

TEST_CASE("WaitRandomExponential and WaitJitter draw below a wait", "[R-314]") {
    CHECK(slept<Least>(WaitRandomExponential<1s, 5s>{}).empty());
    CHECK(slept<Most>(WaitRandomExponential<1s, 5s>{}) == Waits{1s, 2s, 4s, 5s});
    CHECK(slept<Least>(WaitJitter<WaitFixed<4s>, 25>{}) == Waits{3s, 3s, 3s, 3s});
    CHECK(slept<Most>(WaitJitter<WaitFixed<4s>, 25>{}) == Waits{4s, 4s, 4s, 4s});
}

TEST_CASE("WaitExponentialJitter draws above a wait, and below the maximum near it", "[R-315]") {
    CHECK(slept<Least>(WaitExponentialJitter<1s, 5s, 2s>{}) == Waits{1s, 2s, 3s, 3s});
    CHECK(slept<Most>(WaitExponentialJitter<1s, 5s, 2s>{}) == Waits{3s, 4s, 5s, 5s});
}

TEST_CASE("WaitDecorrelatedJitter draws from its base to three times the wait before", "[R-316]") {
    CHECK(slept<Least>(WaitDecorrelatedJitter<1s, 20s>{}) == Waits{1s, 1s, 1s, 1s});
    CHECK(slept<Most>(WaitDecorrelatedJitter<1s, 20s>{}) == Waits{3s, 9s, 20s, 20s});
}

TEST_CASE("WaitChain takes its waits in turn and stays with the last", "[R-317]") {
    CHECK(slept(WaitChain<WaitFixed<1s>, WaitFixed<5s>>{}) == Waits{1s, 5s, 5s, 5s});
}

TEST_CASE("WaitSum adds, WaitAtMost cuts", "[R-318]") {
    CHECK(slept(WaitSum<WaitFixed<1s>, WaitExponential<1s, 60s>>{}) == Waits{2s, 3s, 5s, 9s});
    CHECK(slept(WaitFixed<1s>{} + WaitExponential<1s, 60s>{}) == Waits{2s, 3s, 5s, 9s});
    CHECK(slept(WaitAtMost<3s, WaitExponential<1s, 60s>>{}) == Waits{1s, 2s, 3s, 3s});
}

TEST_CASE("WaitFrom asks", "[R-319]") {
    CHECK(slept(WaitFrom{[](Attempt const& a) { return a.number() * 10ms; }}) == Waits{10ms, 20ms, 30ms, 40ms});
    CHECK(slept(WaitFrom{[] { return -1s; }}).empty());
}

TEST_CASE("RetryAlways retries what there is, RetryNever nothing", "[R-320]") {
    CHECK(attempts(StopAfterAttempt<3>{}, RetryAlways{}) == 3);
    CHECK(attempts_with(RetryAlways{}, 1) == 3);
    CHECK(attempts<Refused>(StopAfterAttempt<3>{}, RetryAlways{}) == 1);
    CHECK(attempts(StopAfterAttempt<3>{}, RetryNever{}) == 1);
    CHECK(attempts_with(RetryNever{}, std::make_error_code(std::errc::timed_out)) == 1);
}

TEST_CASE("RetryDefault is what stands where no predicate is named", "[R-321]") {
    CHECK(attempts(StopAfterAttempt<3>{}, RetryDefault{}) == 3);
    CHECK(attempts<Refused>(StopAfterAttempt<3>{}, RetryDefault{}) == 1);
    CHECK(attempts_with(RetryDefault{}, std::make_error_code(std::errc::timed_out)) == 3);
    CHECK(attempts_with(RetryDefault{}, false) == 1);
}

TEST_CASE("RetryIfException asks about the errors that its callable takes", "[R-322]") {
    auto const is_lost = [](Lost const& e) { return e.what() == std::string("the connection was lost"); };
    CHECK(attempts(StopAfterAttempt<3>{}, RetryIfException{is_lost}) == 3);
    CHECK(attempts<Reset>(StopAfterAttempt<3>{}, RetryIfException{is_lost}) == 3);
    CHECK(attempts(StopAfterAttempt<3>{}, RetryIfException{[](Lost const&) { return false; }}) == 1);
    CHECK(attempts(StopAfterAttempt<3>{}, RetryIfException{[](Reset const&) { return true; }}) == 1);
}

TEST_CASE("RetryIfMessage looks for its text", "[R-323]") {
    CHECK(attempts(StopAfterAttempt<3>{}, RetryIfMessage<"was lost">{}) == 3);
    CHECK(attempts(StopAfterAttempt<3>{}, RetryIfMessage{std::string("was found")}) == 1);
}

TEST_CASE("RetryIfResult and RetryUnlessResult ask about the result", "[R-324]") {
    auto const is_even = [](int n) { return n % 2 == 0; };
    CHECK(attempts_with(RetryIfResult{is_even}, 2) == 3);
    CHECK(attempts_with(RetryIfResult{is_even}, 1) == 1);
    CHECK(attempts_with(RetryUnlessResult{is_even}, 2) == 1);
    CHECK(attempts_with(RetryUnlessResult{is_even}, 1) == 3);
}

TEST_CASE("RetryIfError and RetryUnlessError name codes", "[R-325]") {
    auto const late = std::make_error_code(std::errc::timed_out);
    auto const denied = std::make_error_code(std::errc::permission_denied);
    CHECK(attempts_with(RetryIfError<std::errc::timed_out>{}, late) == 3);
    CHECK(attempts_with(RetryIfError<std::errc::timed_out>{}, denied) == 1);
    CHECK(attempts_with(RetryUnlessError<std::errc::timed_out>{}, late) == 1);
    CHECK(attempts_with(RetryUnlessError<std::errc::timed_out>{}, denied) == 3);
}

TEST_CASE("every hook hears its moment", "[R-330]") {
    ManualTime time;
    std::string heard;
    Retrying const retrying{StopAfterAttempt<2>{},
                            WaitFixed<1s>{},
                            Time{time},
                            Before{[&] { heard += "before "; }},
                            After{[&] { heard += "after "; }},
                            BeforeSleep{[&] { heard += "sleep "; }},
                            OnSuccess{[&] { heard += "success"; }},
                            OnGiveUp{[&] { heard += "give up"; }}};
    CHECK_THROWS_AS(retrying([] { throw Lost(); }), Lost);
    CHECK(heard == "before after sleep before after give up");

    heard.clear();
    retrying([&, calls = 0]() mutable {
        if (++calls == 1) throw Lost();
    });
    CHECK(heard == "before after sleep before success");
}

TEST_CASE("every log writes a line at its moment", "[R-331]") {
    ManualTime time;
    std::string heard;
    auto const line = [&](char const* moment) {
        return [&heard, moment](LogLevel, std::string_view text) {
            CHECK_FALSE(text.empty());
            heard += moment;
        };
    };
    Retrying const retrying{StopAfterAttempt<2>{},      WaitFixed<1s>{},          Time{time},
                            BeforeLog{line("before ")}, AfterLog{line("after ")}, BeforeSleepLog{line("sleep ")}};
    CHECK_THROWS_AS(retrying([] { throw Lost(); }), Lost);
    CHECK(heard == "before after sleep before after ");
}
