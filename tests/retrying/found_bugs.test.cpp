// SPDX-License-Identifier: BSL-1.0
// Bugs that were found once, each kept from coming back.
#include <grit/retry.hpp>

#include <memory>
#include <string>
#include <variant>

#include <grit/core/within.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using grit::StopReason;

namespace {

struct Error {
    std::string text;
    std::string what() const { return text; }
};
struct Unique {
    std::unique_ptr<int> owned;
};
template <class E>
struct Expected {
    std::variant<int, E> held;
    bool has_value() const { return held.index() == 0; }
    E const& error() const { return std::get<1>(held); } // throws where there is none
};
struct Rate : std::runtime_error {
    Rate() : std::runtime_error("rate") {}
    grit::Duration retry_after() const { return 10s; }
};
constexpr grit::Retrying<grit::StopAfterAttempt<2>> twice;

} // namespace

TEST_CASE("the failure of a result that holds a value does not look for an error") {
    int failures = 0;
    grit::Retrying const polling{grit::StopAfterAttempt<2>{},
                                 grit::RetryIfResult{[](Expected<Error> const& r) { return r.has_value(); }},
                                 grit::After{[&](grit::Attempt const&, grit::Failure const& failure) {
                                     ++failures;
                                     CHECK(failure.what() == "a result to retry");
                                     CHECK(failure.exception() == nullptr);
                                     CHECK(failure.as<Error>() == nullptr);
                                 }}};
    polling([] { return Expected<Error>{0}; });
    CHECK(failures == 2);
}

TEST_CASE("an error that cannot be copied can be watched") {
    grit::Retrying const watching{
        grit::StopAfterAttempt<2>{},
        grit::After{[](grit::Attempt const&, grit::Failure const& f) { CHECK(f.exception() == nullptr); }}};
    CHECK_FALSE(watching([] { return Expected<Unique>{Unique{}}; }).has_value());
}

TEST_CASE("a wrapped callable can be retried, and so can any variadic one") {
    CHECK(twice.with(grit::AllowNested{})(twice.wrap([] { return 1; })) == 1);
    CHECK(twice([](auto const&... xs) { return (0 + ... + xs); }, 1, 2) == 3);
}

TEST_CASE("a deadline from outside is read by the clock that came with it") {
    grit::ManualTime time;
    grit::Context const outer{grit::TimePoint{10s}, {}, grit::ClockView{&time}};
    int calls = 0;
    grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitNone> const retrying;
    CHECK_THROWS_AS(within(grit::Attempt{1, {}, outer}, retrying)([&](grit::Attempt const& attempt) {
                        ++calls;
                        CHECK(attempt.remaining() == 10s);
                        throw Rate();
                    }),
                    Rate);
    CHECK(calls == 3);
}

TEST_CASE("the reason is a hint only if the wait chosen reads hints") {
    grit::ManualTime time;
    grit::Retrying const retrying{grit::StopBeforeDelay<5s>{}, grit::WaitIf<Rate, grit::WaitFixed<6s>>{},
                                  grit::WaitHint<60s, grit::WaitFixed<1s>>{}, grit::RetryIf<Rate>{}, grit::Time{time}};
    CHECK(retrying.report([] { throw Rate(); }).reason() == StopReason::delay);
}

TEST_CASE("a stop is asked once for a failed attempt, also where the reason is heard") {
    int asked = 0;
    grit::Retrying const retrying{grit::StopIf{[&] { return asked++ == 1; }}, grit::StopAfterAttempt<9>{}};
    auto const report = retrying.report([] { throw Rate(); });
    CHECK(asked == 2);
    CHECK(report.attempts() == 2);
    CHECK(report.reason() == StopReason::custom);
}

TEST_CASE("OnSuccess takes a generic callable") {
    std::size_t size = 0;
    grit::Retrying const watching{grit::StopAfterAttempt<2>{},
                                  grit::OnSuccess{[&](grit::Attempt const&, auto const& r) { size = r.size(); }}};
    watching([] { return std::string("four"); });
    CHECK(size == 4);
}

TEST_CASE("a lone veto asks its callable once for a result") {
    int asked = 0;
    grit::Retrying const retrying{grit::StopAfterAttempt<3>{}, grit::RetryUnlessResult{[&](int) {
                                      ++asked;
                                      return false;
                                  }}};
    retrying([] { return 1; });
    CHECK(asked == 3);
}
