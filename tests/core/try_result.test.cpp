// SPDX-License-Identifier: BSL-1.0
#include <grit/core/try_result.hpp>

#include <optional>
#include <variant>

#include <memory>
#include <stdexcept>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("try_call returns the result or the rejection by value", "[circuit_breaker][R-231]") {
    struct Immovable {
        int value;
        explicit Immovable(int v) : value(v) {}
        Immovable(Immovable const&) = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    int x = 1;
    REQUIRE(*breaker.try_call([] { return 7; }) == 7);
    REQUIRE(&*breaker.try_call([&]() -> int& { return x; }) == &x);
    REQUIRE(breaker.try_call([] {}).has_value());
    REQUIRE(*breaker.try_call([](int a) { return std::make_unique<int>(a); }, 3).operator->()->get() == 3);
    REQUIRE(breaker.try_call([] { return Immovable{4}; })->value == 4);
    REQUIRE_THROWS_AS((void)breaker.try_call([]() -> int { throw ServerError{}; }), ServerError);
    auto const refused = breaker.try_call([] { return 7; });
    REQUIRE(!refused);
    REQUIRE(refused.error().state() == CircuitState::open);
    REQUIRE(refused.error().retry_after() > 0s);
    REQUIRE(!breaker.try_call([&]() -> int& { return x; }));
    REQUIRE(!breaker.try_call([] {}));
}

TEST_CASE("try_call returns a reference to what gives no address away") {
    struct Shy {
        Shy* operator&() = delete;
        Shy const* operator&() const = delete;
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    Shy shy;
    REQUIRE(std::addressof(*breaker.try_call([&]() -> Shy& { return shy; })) == std::addressof(shy));
}

TEST_CASE("A TryResult is a value or a rejection, and is made where it stays", "[circuit_breaker][R-231]") {
    CircuitOpen const rejection{CircuitState::open, 3s};
    auto const seven = [] { return 7; };
    TryResult<int, CircuitOpen> const value{std::in_place, seven};
    REQUIRE(value.has_value());
    REQUIRE(*value == 7);
    TryResult<int, CircuitOpen> const refused{rejection};
    REQUIRE(!refused.has_value());
    REQUIRE(refused.error() == rejection);
    TryResult<std::unique_ptr<int>, CircuitOpen> owner{std::in_place, [] { return std::make_unique<int>(5); }};
    std::unique_ptr<int> const moved = *std::move(owner);
    REQUIRE(*moved == 5);
    TryResult<void, CircuitOpen> const done{std::in_place, [] {}};
    REQUIRE(done);
    STATIC_REQUIRE(std::is_void_v<decltype(*done)>);
    REQUIRE((TryResult<void, CircuitOpen>{rejection}.error() == rejection));
    REQUIRE((TryResult<int&, CircuitOpen>{rejection}.error() == rejection));
}

namespace {

struct Timeout : std::runtime_error {
    Timeout() : std::runtime_error("timed out") {}
};
/// An expected-like result of the user.
struct Answer {
    bool good = true;
    Timeout failure{};
    bool has_value() const { return good; }
    Timeout const& error() const { return failure; }
};

} // namespace

TEST_CASE("Nothing is hidden in a TryResult: the error of the result inside is one of it", "[R-289]") {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<9>, OpenFor<60s>> breaker;
    int calls = 0;
    auto const fails = [&] {
        ++calls;
        return Answer{false, {}};
    };
    auto const guarded = [&] { return breaker.try_call(fails); };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    SECTION("by default") { (void)retrying(guarded); }
    SECTION("by its type") { (void)retrying.with(RetryIf<Timeout>{})(guarded); }
    SECTION("by a predicate on the exception that it is") {
        (void)retrying.with(RetryIfException{[](Timeout const&) { return true; }})(guarded);
    }
    SECTION("by its words") { (void)retrying.with(RetryIfMessage<"timed out">{})(guarded); }
    SECTION("a hook sees it") {
        int seen = 0;
        (void)retrying.with(After{[&](Attempt const&, Failure const& failure) {
            seen += failure.as<Timeout>() != nullptr && failure.what() == "timed out";
        }})(guarded);
        CHECK(seen == 3);
    }
    SECTION("a wait for that error too") {
        (void)retrying.with(WaitIf<Timeout, WaitFixed<5s>>{})(guarded);
        CHECK(time.slept() == std::vector<Duration>(2, 5s));
    }
    CHECK(calls == 3);
}

TEST_CASE("The rejection in a TryResult is still one", "[R-289]") {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    breaker.force_open();
    int calls = 0;
    auto const guarded = [&] { return ++calls, breaker.try_call([] { return Answer{}; }); };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    (void)retrying(guarded);
    CHECK(calls == 1); // a rejection is retried only where it is named
    (void)retrying.with(RetryIf<CircuitOpenError>{})(guarded);
    CHECK(calls == 4);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> outer;
    (void)outer(guarded);
    CHECK(outer.state() == CircuitState::closed);
    breaker.force_close();
    (void)outer([&] { return breaker.try_call([] { return Answer{false, {}}; }); });
    CHECK(outer.state() == CircuitState::open);
}

TEST_CASE("A plain result in a TryResult is a success", "[R-289]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    int calls = 0;
    Retrying<StopAfterAttempt<3>> const retrying;
    (void)retrying([&] { return breaker.try_call([&] { return ++calls; }); });
    (void)retrying([&] { return breaker.try_call([&] { ++calls; }); });
    CHECK(calls == 2);
}

namespace {

struct Page {
    int status;
    Duration retry_after() const { return 7s; }
};

/// A result around another one, of one kind or another.
template <class T>
struct Outer {
    std::optional<T> value;
    bool has_value() const { return value.has_value(); }
    T const& operator*() const { return *value; }
    Timeout error() const { return {}; }
};

} // namespace

TEMPLATE_TEST_CASE("A result inside another one is seen through", "[R-289]", std::optional<Answer>, Outer<Answer>,
                   std::optional<Outer<Answer>>) {
    using Channel = ErrorChannel<TestType>;
    STATIC_REQUIRE(Channel::by_default);
    STATIC_REQUIRE(contains<Timeout, typename Channel::Errors>);
    ManualTime time;
    int calls = 0;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    (void)retrying([&]() -> TestType { return ++calls, TestType{Answer{false, {}}}; });
    CHECK(calls == 3);
    (void)retrying.with(RetryIf<Timeout>{})([&]() -> TestType { return ++calls, TestType{Answer{false, {}}}; });
    CHECK(calls == 6);
    (void)retrying([&]() -> TestType { return ++calls, TestType{Answer{}}; });
    CHECK(calls == 7);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    (void)breaker([]() -> TestType { return TestType{Answer{}}; });
    CHECK(breaker.state() == CircuitState::closed);
    (void)breaker([]() -> TestType { return TestType{Answer{false, {}}}; });
    CHECK(breaker.state() == CircuitState::open);
}

TEST_CASE("An alternative of a variant in a TryResult is an error where it is named, and only there", "[R-289]") {
    using Result = std::variant<int, Timeout>;
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<9>, OpenFor<60s>> inner;
    int calls = 0;
    auto const guarded = [&] { return inner.try_call([&] { return ++calls, Result{Timeout{}}; }); };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    (void)retrying(guarded);
    CHECK(calls == 1);
    (void)retrying.with(RetryIf<Timeout>{})(guarded);
    CHECK(calls == 4);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> plain;
    (void)plain(guarded);
    CHECK(plain.state() == CircuitState::closed);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, FailureIf<Timeout>> named;
    (void)named([&] { return inner.try_call([] { return Result{1}; }); });
    CHECK(named.state() == CircuitState::closed);
    (void)named(guarded);
    CHECK(named.state() == CircuitState::open);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> outer;
    inner.force_open();
    (void)outer(guarded);
    CHECK(outer.state() == CircuitState::closed);
}

TEST_CASE("A predicate on results is asked of the value inside, and its hint is heard", "[R-289]") {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<9>, OpenFor<60s>> inner;
    int calls = 0;
    auto const guarded = [&] { return inner.try_call([&] { return ++calls, Page{503}; }); };
    auto const is_busy = [](Page const& page) { return page.status == 503; };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitHint<60s>{}, Time{time}};
    SECTION("that retries") {
        (void)retrying.with(RetryIfResult{is_busy})(guarded);
        CHECK(calls == 3);
        CHECK(time.slept() == std::vector<Duration>(2, 7s));
    }
    SECTION("that waits for another result") {
        (void)retrying.with(RetryUnlessResult{is_busy})(guarded);
        CHECK(calls == 1);
    }
    SECTION("of a breaker") {
        CircuitBreaker outer{OpenAfterFailures<1>{}, OpenFor<60s>{}, FailureIfResult{is_busy}};
        (void)outer(guarded);
        CHECK(outer.state() == CircuitState::open);
    }
    SECTION("and of nothing where there is none") {
        inner.force_open();
        (void)retrying.with(RetryIfResult{is_busy})(guarded);
        (void)retrying.with(RetryUnlessResult{is_busy})(guarded);
        CHECK(calls == 0);
        CHECK(time.slept().empty());
    }
}
