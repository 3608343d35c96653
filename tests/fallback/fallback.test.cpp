// SPDX-License-Identifier: BSL-1.0
#include <grit/fallback/fallback.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <variant>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct HttpError : std::runtime_error {
    int status;
    explicit HttpError(int s) : std::runtime_error("http"), status(s) {}
};
struct NotFound : HttpError {
    NotFound() : HttpError(404) {}
};

template <class E>
struct Unexpected {
    E error;
};
template <class E>
Unexpected(E) -> Unexpected<E>;
/// What std::expected is, as far as it is needed here.
template <class T, class E>
class Expected {
public:
    constexpr Expected(T value) : held_(std::in_place_index<0>, std::move(value)) {}
    constexpr Expected(Unexpected<E> unexpected) : held_(std::in_place_index<1>, std::move(unexpected.error)) {}
    constexpr bool has_value() const { return held_.index() == 0; }
    constexpr E const& error() const { return std::get<1>(held_); }
    constexpr T const& operator*() const { return std::get<0>(held_); }

private:
    std::variant<T, E> held_;
};

std::string fails() { throw HttpError{503}; }
constexpr int zero() { return 0; }

} // namespace

TEST_CASE("a fallback is a value, a constant or a callable", "[R-500]") {
    CHECK(Fallback{std::string{"cached"}}(fails) == "cached");
    CHECK(Fallback{"text"}(fails) == "text");
    CHECK(Fallback<7>{}([]() -> int { throw HttpError{503}; }) == 7);
    CHECK(Fallback<zero>{}([]() -> int { throw HttpError{503}; }) == 0);
    CHECK(Fallback{[] { return std::string{"made"}; }}(fails) == "made");
    CHECK(Fallback{[](Failure const& failure) { return failure.what(); }}(fails) == "http");
    CHECK(Fallback{[](Attempt const& at) { return std::to_string(at.number()); }}(fails) == "1");
    CHECK(Fallback{[](Attempt const& at, Failure const& failure) {
              return failure.what() + std::to_string(at.number());
          }}(fails) == "http1");
    CHECK(Fallback{[](HttpError const& error) { return std::to_string(error.status); }}(fails) == "503");
    CHECK(Fallback{[](Attempt const&, HttpError const& error) { return std::to_string(error.status); }}(fails) ==
          "503");
    STATIC_REQUIRE(sizeof(Fallback<zero>) == 1);
}

TEST_CASE("a success passes a fallback untouched") {
    int asked = 0;
    Fallback const fallback{[&] { return ++asked; }};
    CHECK(fallback([] { return 9; }) == 9);
    CHECK(asked == 0);
    int here = 3;
    CHECK(&Fallback{[&]() -> int& { return here; }}([&]() -> int& { return here; }) == &here);
}

TEST_CASE("a callable that takes an error by its type is for that error alone", "[R-501]") {
    Fallback const for_http{[](HttpError const& error) { return error.status; }};
    CHECK(for_http([]() -> int { throw NotFound{}; }) == 404);
    CHECK_THROWS_AS(for_http([]() -> int { throw std::logic_error{"bug"}; }), std::logic_error);
    CHECK_THROWS_AS(for_http([]() -> int { throw 3; }), int);
    CHECK(Fallback{[](int code) { return code; }}([]() -> int { throw 3; }) == 3);
}

TEST_CASE("a condition says for which failures", "[R-501]") {
    Fallback const when_missing{[](HttpError const& error) { return error.status == 404; }, std::string{"none"}};
    CHECK(when_missing([]() -> std::string { throw NotFound{}; }) == "none");
    CHECK_THROWS_AS(when_missing(fails), HttpError);
    Fallback const by_view{[](Failure const& failure) { return failure.as<NotFound>() != nullptr; },
                           [](Failure const& failure) { return failure.what(); }};
    CHECK(by_view([]() -> std::string { throw NotFound{}; }) == "http");
    CHECK_THROWS_AS(by_view(fails), HttpError);
    Fallback const on_result{[](int const& r) { return r < 0; }, [](int const& r) { return -r; }};
    CHECK(on_result([] { return -4; }) == 4);
    CHECK(on_result([] { return 5; }) == 5);
}

TEST_CASE("an error of a result is answered as a thrown one is", "[R-502]") {
    using Reply = Expected<int, HttpError>;
    auto const failing = [] { return Reply{Unexpected{HttpError{503}}}; };
    CHECK(*Fallback{[](HttpError const& error) { return Reply{error.status}; }}(failing) == 503);
    CHECK(*Fallback{Reply{1}}(failing) == 1);
    CHECK(*Fallback{[](Failure const& failure) { return Reply{failure.as<HttpError>()->status}; }}(failing) == 503);
    CHECK_FALSE(Fallback{[](NotFound const&) { return Reply{1}; }}(failing).has_value());
    auto const codes = [] { return std::make_error_code(std::errc::timed_out); };
    CHECK(Fallback{std::error_code{}}(codes) == std::error_code{});
    using Several = std::variant<int, HttpError, std::string>;
    auto const several = []() -> Several { return HttpError{500}; };
    CHECK(std::get<int>(Fallback{[](HttpError const& error) { return Several{error.status}; }}(several)) == 500);
    CHECK(std::holds_alternative<HttpError>(Fallback{Several{1}}(several))); // nobody says that it failed
}

TEST_CASE("a fallback answers an open circuit, as an exception and as a value", "[R-503]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    breaker.force_open();
    auto const op = [] { return 1; };
    CHECK(pipeline(Fallback{5}, breaker)(op) == 5);
    CHECK(pipeline(Fallback{[](CircuitOpenError const&) { return 6; }}, breaker)(op) == 6);
    CHECK(pipeline(Fallback{[](Rejected const& r) { return r.stage() == std::string_view{"circuit_breaker"}; }},
                   breaker)(op) == 1);
    CHECK(*pipeline(Fallback{[](Rejected const&) { return 7; }}, breaker).try_call(op) == 7);
    CHECK(*pipeline(Fallback{[](CircuitOpenError const& e) { return static_cast<int>(e.state()); }}, breaker)
               .try_call(op) == static_cast<int>(CircuitState::forced_open));
    CHECK(*pipeline(Fallback{[](Failure const& f) { return f.as<CircuitOpen>() != nullptr ? 8 : 0; }}, breaker)
               .try_call(op) == 8);
    // A base of rejections does not name them.
    CHECK_THROWS_AS(pipeline(Fallback{[](std::runtime_error const&) { return 7; }}, breaker)(op), CircuitOpenError);
}

TEST_CASE("nothing takes the place of what did not start for a deadline or a stop", "[R-504]") {
    auto const op = [](Attempt const&) { return 1; };
    CHECK_THROWS_AS(pipeline(Fallback{5}, Deadline<0s>{})(op), DeadlineExceeded);
    CHECK_THROWS_AS(pipeline(Fallback{[](Rejected const&) { return 5; }}, Deadline<0s>{})(op), DeadlineExceeded);
    CHECK_FALSE(pipeline(Fallback{5}, Deadline<0s>{}).try_call(op).has_value());
    ManualTime time{100s};
    Context const context{TimePoint{105s}, StopView{}, ClockView{&time}};
    auto const late = [&]() -> int {
        time.advance(5s);
        throw HttpError{503};
    };
    CHECK_THROWS_AS(within(Attempt{1, 0s, context}, Fallback{5})(late), HttpError);
    bool stop = false;
    struct Flag {
        bool& stop;
        bool stop_requested() const { return stop; }
    } flag{stop};
    Context const stopped{TimePoint::max(), StopView{&flag}, ClockView{&time}};
    CHECK_THROWS_AS(within(Attempt{1, 0s, stopped}, Fallback{5})([&]() -> int {
                        stop = true;
                        throw HttpError{503};
                    }),
                    HttpError);
}

TEST_CASE("a result that holds such a refusal stays as it is too", "[R-502][R-504]") {
    using Refusal = std::variant<CircuitOpen, DeadlinePassed, Cancelled>;
    using Reply = Expected<int, Refusal>;
    Fallback const five{[](Failure const&) { return Reply{5}; }};
    CHECK(five([]() -> Reply { return Unexpected<Refusal>{CircuitOpen{}}; }).has_value());
    CHECK_FALSE(five([]() -> Reply { return Unexpected<Refusal>{DeadlinePassed{"inside"}}; }).has_value());
    CHECK_FALSE(five([]() -> Reply { return Unexpected<Refusal>{Cancelled{"inside"}}; }).has_value());

    // To a condition on the result itself.
    Fallback const whole{[](Reply const& reply) { return !reply.has_value(); }, Reply{5}};
    CHECK(whole([]() -> Reply { return Unexpected<Refusal>{CircuitOpen{}}; }).has_value());
    CHECK_FALSE(whole([]() -> Reply { return Unexpected<Refusal>{DeadlinePassed{"inside"}}; }).has_value());

    // As a code, which it is where exceptions are disabled and for callbacks.
    auto const refused = [](errc why) { return [why] { return make_error_code(why); }; };
    Fallback const none{std::error_code{}};
    Fallback const typed{[](std::error_code const&) { return std::error_code{}; }};
    Fallback const asked{[](std::error_code const&) { return true; }, std::error_code{}};
    for (errc const why : {errc::deadline_exceeded, errc::cancelled}) {
        CHECK(none(refused(why)) == why);
        CHECK(typed(refused(why)) == why);
        CHECK(asked(refused(why)) == why);
    }
    for (errc const why : {errc::circuit_open, errc::attempt_timed_out, errc::rejected}) {
        CHECK_FALSE(none(refused(why)));
        CHECK_FALSE(typed(refused(why)));
        CHECK_FALSE(asked(refused(why)));
    }
    auto const same_number = [] { return std::error_code{static_cast<int>(errc::cancelled), std::generic_category()}; };
    CHECK_FALSE(none(same_number));
    CHECK_FALSE(typed(same_number));
    using Coded = Expected<int, std::error_code>;
    auto const late_inside = [] { return Coded{Unexpected{make_error_code(errc::deadline_exceeded)}}; };
    CHECK_FALSE(Fallback{Coded{5}}(late_inside).has_value());
    CHECK_FALSE(Fallback{[](std::error_code const&) { return Coded{5}; }}(late_inside).has_value());
    CHECK(Fallback{Coded{5}}([] { return Coded{Unexpected{make_error_code(errc::rate_limited)}}; }).has_value());

    // As the refusal of a pipeline inside.
    auto const late = [] { return pipeline(Deadline<0s>{}).try_call([](Attempt const&) { return 1; }); };
    using Tried = decltype(late());
    CHECK_FALSE(Fallback{[](Failure const&) { return Tried{std::in_place, [] { return 5; }}; }}(late).has_value());
}

TEST_CASE("what a fallback throws is answered by one around it", "[R-505]") {
    Fallback const second{[](std::logic_error const&) { return 2; }};
    Fallback const first{[](HttpError const&) -> int { throw std::logic_error{"cache is empty"}; }};
    CHECK(pipeline(second, first)([]() -> int { throw HttpError{503}; }) == 2);
    CHECK_THROWS_AS(first([]() -> int { throw HttpError{503}; }), std::logic_error);
}

TEST_CASE("a fallback around a retry answers the last failure, and one inside it every failure") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<HttpError>{}, Time{time}};
    int calls = 0;
    auto const op = [&]() -> int {
        ++calls;
        throw HttpError{503};
    };
    CHECK(pipeline(Fallback{5}, retrying)(op) == 5);
    CHECK(calls == 3);
    CHECK(pipeline(retrying, Fallback{6})(op) == 6);
    CHECK(calls == 4);
    CHECK(pipeline(Fallback{7}, retrying)([&]() -> int { // an error that no retry names
              ++calls;
              throw std::logic_error{"bug"};
          }) == 7);
    CHECK(calls == 5);
}

TEST_CASE("a fallback holds what can only be moved by its callable, and answers for nothing") {
    Fallback const fallback{[] { return std::make_unique<int>(4); }};
    CHECK(*fallback([]() -> std::unique_ptr<int> { throw HttpError{503}; }) == 4);
    int heard = 0;
    Fallback{[&] { ++heard; }}([] { throw HttpError{503}; });
    CHECK(heard == 1);
}

TEST_CASE("a fallback stands in a constant expression for errors of results") {
    using Reply = Expected<int, int>;
    constexpr auto reply = Fallback{[](int code) { return Reply{code}; }}([] { return Reply{Unexpected{3}}; });
    STATIC_REQUIRE(*reply == 3);
}
