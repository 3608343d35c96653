// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/boost_system.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/fallback.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
namespace errc_of_boost = boost::system::errc;

namespace {

boost::system::error_code code(errc_of_boost::errc_t which) { return errc_of_boost::make_error_code(which); }

} // namespace

TEST_CASE("a boost::system::error_code is a result with an error", "[R-288]") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    int calls = 0;
    auto const fails = [&] {
        ++calls;
        return code(errc_of_boost::timed_out);
    };
    CHECK(retrying(fails) == code(errc_of_boost::timed_out));
    CHECK(calls == 3);
    CHECK(retrying([&] { return ++calls, boost::system::error_code{}; }) == boost::system::error_code{});
    CHECK(calls == 4);
    auto const by_code = retrying.with(RetryIfError<errc_of_boost::timed_out>{});
    by_code(fails);
    CHECK(calls == 7);
    by_code([&] { return ++calls, code(errc_of_boost::permission_denied); });
    CHECK(calls == 8);
    std::string heard;
    retrying.with(OnGiveUp{[&](Attempt const&, Failure const& failure) {
        heard = failure.what();
        CHECK(*failure.as<boost::system::error_code>() == errc_of_boost::timed_out);
    }})(fails);
    CHECK_FALSE(heard.empty());
}

TEST_CASE("a thrown boost::system::system_error is retried by its type and by its code", "[R-288]") {
    ManualTime time;
    int calls = 0;
    auto const throws = [&]() -> int {
        ++calls;
        throw boost::system::system_error{code(errc_of_boost::timed_out)};
    };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    CHECK_THROWS_AS(retrying.with(RetryIf<boost::system::system_error>{})(throws), boost::system::system_error);
    CHECK(calls == 3);
    calls = 0;
    CHECK_THROWS_AS(retrying.with(RetryIfError<errc_of_boost::timed_out>{})(throws), boost::system::system_error);
    CHECK(calls == 3);
    calls = 0;
    CHECK_THROWS_AS(retrying.with(RetryIfError{code(errc_of_boost::timed_out)})(throws), boost::system::system_error);
    CHECK(calls == 3);
    calls = 0;
    CHECK_THROWS_AS(retrying.with(RetryIfError<errc_of_boost::broken_pipe>{})(throws), boost::system::system_error);
    CHECK(calls == 1);
    calls = 0;
    CHECK_THROWS_AS(retrying.with(RetryUnlessError<errc_of_boost::timed_out>{})(throws), boost::system::system_error);
    CHECK(calls == 1);
}

TEST_CASE("a cancelled operation of Boost is neutral to a breaker, in a result and thrown", "[R-288]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, IgnoreBoostCancellation> breaker;
    breaker([] { return code(errc_of_boost::operation_canceled); });
    CHECK(breaker.state() == CircuitState::closed);
    auto const throws = [&](errc_of_boost::errc_t which) {
        CHECK_THROWS_AS(breaker([&] { throw boost::system::system_error{code(which)}; }), boost::system::system_error);
    };
    throws(errc_of_boost::operation_canceled);
    CHECK(breaker.state() == CircuitState::closed);
    SECTION("another one is a failure, thrown") { throws(errc_of_boost::timed_out); }
    SECTION("another one is a failure, in a result") {
        breaker([] { return code(errc_of_boost::timed_out); });
    }
    CHECK(breaker.state() == CircuitState::open);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, FailureIf<boost::system::system_error>> named;
    CHECK_THROWS(named([] { throw boost::system::system_error{code(errc_of_boost::operation_canceled)}; }));
    CHECK(named.state() == CircuitState::closed);
}

TEST_CASE("a rejection becomes a boost::system::error_code", "[R-288]") {
    auto const refused = rejected_as<boost::system::error_code>(CircuitOpen{CircuitState::open, 1s});
    CHECK(refused.failed());
    CHECK(refused.value() == static_cast<int>(errc::circuit_open));
    CHECK(refused.message() == "the circuit is open");
    CHECK(std::string{refused.category().name()} == "grit");
    CHECK(refused != code(errc_of_boost::timed_out));
    CHECK(rejected_as<boost::system::error_code>(DeadlinePassed{"deadline"}) ==
          code(errc_of_boost::timed_out).default_error_condition());

    // No fallback answers what did not start for a deadline, as it is with grit's own code.
    Fallback const none{boost::system::error_code{}};
    auto const late = [] { return rejected_as<boost::system::error_code>(DeadlinePassed{"deadline"}); };
    CHECK(none(late) == late());
    CHECK_FALSE(none([&] { return refused; }).failed());

    struct Coded {
        using Thrown [[maybe_unused]] = boost::system::error_code;
        explicit operator boost::system::error_code() const { return code(errc_of_boost::timed_out); }
    };
    CHECK(rejected_as<boost::system::error_code>(Coded{}) == code(errc_of_boost::timed_out));
}
