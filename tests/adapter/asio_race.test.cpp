// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/asio_race.hpp>

#include <memory>
#include <stdexcept>
#include <vector>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include <grit/adapter/asio.hpp>
#include <grit/budget.hpp>
#include <grit/bulkhead.hpp>
#include <grit/circuit_breaker.hpp>
#include <grit/fallback.hpp>
#include <grit/hedge.hpp>
#include <grit/measure/traced.hpp>
#include <grit/retry.hpp>
#include <grit/timeout.hpp>

#include "support/catch.hpp"
#include "support/null_tracer.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Broken : std::runtime_error {
    explicit Broken(int n) : std::runtime_error("attempt " + std::to_string(n)) {}
};
struct NotFound : std::logic_error {
    NotFound() : std::logic_error("404") {}
};

enum class Does { answers, fails, says_not_found, hangs, is_deaf };

/// A service whose attempts do what the test says, in the order in which they start. It owns what an attempt uses, as
/// the operation does, so that one that is left behind finds it.
struct Service {
    asio::io_context& io;
    std::vector<Does> script;
    int started = 0;
    int ended = 0;
    int cancelled = 0;
    bool saw_stop = false;
    asio::steady_timer gate{io, asio::steady_timer::time_point::max()};

    asio::awaitable<int> call(Attempt const& attempt) {
        int const n = ++started;
        Does const what = script[static_cast<std::size_t>(n - 1)];
        struct Ending {
            int& ended;
            ~Ending() { ++ended; }
        } const ending{ended};
        if (what == Does::fails) throw Broken{n};
        if (what == Does::says_not_found) throw NotFound{};
        if (what == Does::answers) co_return n;
        if (what == Does::is_deaf) {
            co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
            asio::error_code code;
            co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, code));
            saw_stop = attempt.stop_requested();
            co_return n;
        }
        asio::steady_timer never{io, asio::steady_timer::time_point::max()};
        asio::error_code code;
        co_await never.async_wait(asio::redirect_error(asio::use_awaitable, code));
        ++cancelled;
        saw_stop = attempt.stop_requested();
        throw asio::system_error(code);
    }
};

/// What one hedged call came to.
struct Ended {
    int value = 0;
    std::string error;
    bool over = false;
};

template <class Stage>
std::shared_ptr<Ended> begin(asio::io_context& io, Stage&& stage, std::shared_ptr<Service> const& service,
                             asio::cancellation_slot slot = {}) {
    auto const ended = std::make_shared<Ended>();
    asio::co_spawn(io, async(stage)([service](Attempt const& at) { return service->call(at); }),
                   asio::bind_cancellation_slot(slot, [ended](std::exception_ptr error, int value) {
                       ended->over = true;
                       ended->value = value;
                       try {
                           if (error) std::rethrow_exception(error);
                       } catch (std::exception const& e) {
                           ended->error = e.what();
                       }
                   }));
    return ended;
}

std::shared_ptr<Service> serving(asio::io_context& io, std::vector<Does> script) {
    return std::make_shared<Service>(Service{io, std::move(script)});
}

} // namespace

TEST_CASE("an attempt that ends before the delay is the only one", "[R-704]") {
    asio::io_context io;
    auto const service = serving(io, {Does::answers});
    auto const ended = begin(io, Hedge<1h>{}, service);
    io.run(); // and the timer of the delay is gone, or this would take an hour
    CHECK(ended->value == 1);
    CHECK(service->started == 1);
}

TEST_CASE("after the delay a further attempt starts, and the first answer ends the others", "[R-704]") {
    asio::io_context io;
    auto const service = serving(io, {Does::hangs, Does::hangs, Does::answers});
    auto const ended = begin(io, Hedge<1ms, 3>{}, service);
    io.run();
    CHECK(ended->value == 3);
    CHECK(service->cancelled == 2);
    CHECK(service->ended == 3);
    CHECK(service->saw_stop);
}

TEST_CASE("no more attempts are under way than the hedge says", "[R-704]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const service = serving(io, {Does::hangs, Does::hangs, Does::hangs});
    auto const ended = begin(io, Hedge<0s, 2>{}, service, signal.slot());
    asio::steady_timer later{io, 20ms};
    later.async_wait([&](asio::error_code) { signal.emit(asio::cancellation_type::terminal); });
    io.run();
    CHECK(service->started == 2);
    CHECK(ended->error == "Operation aborted.");
}

TEST_CASE("an attempt that fails starts the next one at once", "[R-705]") {
    asio::io_context io;
    auto const service = serving(io, {Does::fails, Does::fails, Does::answers});
    auto const ended = begin(io, Hedge<1h, 3>{}, service);
    io.run();
    CHECK(ended->value == 3);
}

TEST_CASE("an error that no predicate names wins, and the last error is the outcome where all fail", "[R-701][R-705]") {
    asio::io_context io;
    auto const service = serving(io, {Does::hangs, Does::says_not_found});
    auto const won = begin(io, Hedge<1ms, 3, RetryIf<Broken>>{}, service);
    io.run();
    CHECK(won->error == "404");
    CHECK(service->started == 2);
    io.restart();
    auto const broken = begin(io, Hedge<1h, 3>{}, serving(io, {Does::fails, Does::fails, Does::fails}));
    io.run();
    CHECK(broken->error == "attempt 3");
}

TEST_CASE("a deaf loser is not waited for, and its end is not heard", "[R-706]") {
    asio::io_context io;
    auto const service = serving(io, {Does::is_deaf, Does::answers});
    auto const ended = begin(io, Hedge<1ms>{}, service);
    while (!ended->over) io.run_one();
    CHECK(ended->value == 2);
    CHECK(service->ended == 1);
    service->gate.cancel();
    io.run();
    CHECK(service->ended == 2);
    CHECK(service->saw_stop); // the race is over for it
}

TEST_CASE("a budget pays for further attempts, and what it denies is not started", "[R-702]") {
    asio::io_context io;
    RetryBudget<1, 1> budget;
    auto const first = begin(io, Hedge{1ms, 3, StopOverBudget{budget}}, serving(io, {Does::fails, Does::fails}));
    io.run();
    CHECK(first->error == "attempt 2"); // one token, one further attempt
    CHECK(budget.left() == 0);
    io.restart();
    auto const second = begin(io, Hedge{1ms, 3, StopOverBudget{budget}}, serving(io, {Does::answers}));
    io.run();
    CHECK(second->value == 1);
    CHECK(budget.left() == 1);
}

TEST_CASE("a cancellation from outside ends all attempts, and waits for them", "[R-707]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const service = serving(io, {Does::hangs, Does::is_deaf, Does::hangs});
    auto const ended = begin(io, Hedge<0s, 3>{}, service, signal.slot());
    asio::steady_timer later{io, 5ms};
    later.async_wait([&](asio::error_code) {
        signal.emit(asio::cancellation_type::terminal);
        asio::post(io, [&] {
            asio::post(io, [&] {
                CHECK_FALSE(ended->over);
                service->gate.cancel();
            });
        });
    });
    io.run();
    CHECK(service->ended == 3);
    CHECK(ended->over);
}

TEST_CASE("a cancellation before the delay starts no further attempt", "[R-707]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const service = serving(io, {Does::hangs});
    auto const ended = begin(io, Hedge<1h>{}, service, signal.slot());
    asio::post(io, [&] { asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); }); });
    io.run();
    CHECK(service->started == 1);
    CHECK(ended->error == "Operation aborted.");
}

TEST_CASE("every attempt passes what stands inside the hedge, and gives back what it took", "[R-703][R-706]") {
    asio::io_context io;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    Bulkhead<3> bulkhead;
    auto const service = serving(io, {Does::hangs, Does::hangs, Does::answers});
    auto const stages = pipeline(Retrying<StopAfterAttempt<2>>{}, Hedge<1ms, 3>{}, bulkhead, breaker);
    auto const ended = begin(io, stages, service);
    while (service->started < 2) io.run_one();
    CHECK(bulkhead.used() == 2);
    io.run();
    CHECK(ended->value == 3);
    CHECK(bulkhead.used() == 0);
    CHECK(breaker.state() == CircuitState::closed); // a loser is neutral
}

TEST_CASE("a rejection from inside does not win, and is the outcome only where there is no other", "[R-705]") {
    asio::io_context io;
    Bulkhead<1> bulkhead;
    auto const service = serving(io, {Does::is_deaf});
    auto const ended = begin(io, pipeline(Hedge<0s, 3>{}, bulkhead), service);
    asio::steady_timer later{io, 5ms};
    later.async_wait([&](asio::error_code) { service->gate.cancel(); });
    io.run();
    CHECK(ended->value == 1); // the others found the bulkhead full
    io.restart();
    bulkhead.close();
    auto const refused = begin(io, pipeline(Hedge<0s, 3>{}, bulkhead), service);
    io.run();
    CHECK(refused->error.find("bulkhead") != std::string::npos);
}

TEST_CASE("a retry outside goes on after a race in which all failed", "[R-703]") {
    asio::io_context io;
    auto const service = serving(io, {Does::fails, Does::fails, Does::fails, Does::answers});
    auto const ended = begin(io, pipeline(Retrying<StopAfterAttempt<3>>{}, Hedge<1h>{}), service);
    io.run();
    CHECK(ended->value == 4);
}

TEST_CASE("nothing starts beside a slow attempt after the deadline around it", "[R-704]") {
    asio::io_context io;
    auto const service = serving(io, {Does::is_deaf, Does::answers});
    auto const ended = begin(io, pipeline(Deadline{1ms}, Hedge<20ms>{}), service);
    asio::steady_timer later{io, 40ms};
    later.async_wait([&](asio::error_code) { service->gate.cancel(); });
    io.run();
    CHECK(service->started == 1);
    CHECK(ended->value == 1);
}

TEST_CASE("an operation with a token is hedged likewise, and reports by its code", "[R-704][R-705]") {
    asio::io_context io;
    CircuitBreaker<OpenAfterFailures<5>, OpenFor<60s>> breaker;
    int started = 0;
    std::vector<std::unique_ptr<asio::steady_timer>> timers;
    auto const op = [&](auto token) {
        auto const end = ++started == 1 ? asio::steady_timer::time_point::max() : asio::steady_timer::time_point::min();
        timers.push_back(std::make_unique<asio::steady_timer>(io, end));
        return timers.back()->async_wait(std::move(token));
    };
    asio::error_code outcome = asio::error::fault;
    async_invoke(io, pipeline(Retrying<StopAfterAttempt<2>>{}, Hedge<1ms>{}, breaker), op,
                 [&](asio::error_code code) { outcome = code; });
    io.run();
    CHECK(!outcome);
    CHECK(started == 2);
    io.restart();
    breaker.force_open();
    async_invoke(io, pipeline(Hedge<1ms>{}, breaker), op, [&](asio::error_code code) { outcome = code; });
    io.run();
    CHECK(outcome == errc::circuit_open);
}

TEST_CASE("the operation is owned by its attempts until the last of them has ended", "[R-706]") {
    asio::io_context io;
    auto const service = serving(io, {Does::hangs, Does::answers});
    auto const ended = begin(io, pipeline(Retrying<StopAfterAttempt<2>>{}, Hedge<1ms>{}), service);
    io.run();
    CHECK(ended->value == 2);
    CHECK(service.use_count() == 1);
}

TEST_CASE("the delay learns from the first attempts", "[R-708]") {
    asio::io_context io;
    Hedge<2ms, 2, DelayAtQuantile<95>> hedge;
    begin(io, hedge, serving(io, {Does::answers}));
    io.run();
    CHECK(hedge.delay() < 2ms);
    io.restart();
    Duration const before = hedge.delay();
    begin(io, hedge, serving(io, {Does::hangs, Does::answers}));
    io.run();
    CHECK(hedge.delay() > before);
}

TEST_CASE("a first attempt that fails tells the delay nothing, and neither do those after it", "[R-708]") {
    asio::io_context io;
    Hedge<2ms, 3, DelayAtQuantile<95>> hedge;
    auto const ended = begin(io, hedge, serving(io, {Does::fails, Does::hangs, Does::answers}));
    io.run();
    CHECK(ended->value == 3);
    CHECK(hedge.delay() == 2ms);
}

TEST_CASE("a cancellation waits for all attempts also where predicates are named", "[R-707]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const service = serving(io, {Does::hangs, Does::is_deaf});
    auto const ended = begin(io, Hedge<0s, 2, RetryIf<NotFound>>{}, service, signal.slot());
    asio::steady_timer later{io, 5ms};
    later.async_wait([&](asio::error_code) {
        signal.emit(asio::cancellation_type::terminal);
        asio::post(io, [&] {
            asio::post(io, [&] {
                CHECK_FALSE(ended->over);
                service->gate.cancel();
            });
        });
    });
    io.run();
    CHECK(ended->over);
    CHECK(service->ended == 2);
}

TEST_CASE("what a predicate throws in a race is the outcome", "[R-701][R-61]") {
    asio::io_context io;
    auto const of_error = [](Broken const&) -> bool { throw std::logic_error{"predicate"}; };
    auto const first = begin(io, Hedge{1h, 2, RetryIfException{of_error}}, serving(io, {Does::fails}));
    auto const of_result = [](int) -> bool { throw std::logic_error{"of a result"}; };
    auto const second = begin(io, Hedge{1h, 2, RetryIfResult{of_result}}, serving(io, {Does::answers}));
    io.run();
    CHECK(first->error == "predicate");
    CHECK(second->error == "of a result");
}

TEST_CASE("a further attempt that throws instead of starting has failed", "[R-705]") {
    asio::io_context io;
    int started = 0;
    asio::error_code outcome;
    asio::steady_timer timer{io};
    auto const op = [&](auto token) {
        if (++started == 2) throw std::length_error{"cannot start"};
        timer.expires_after(20ms);
        return timer.async_wait(std::move(token));
    };
    bool called = false;
    async_invoke(io, Hedge<1ms>{}, op, [&](asio::error_code code) {
        called = true;
        outcome = code;
    });
    CHECK_THROWS_AS(io.run(), std::length_error);
    io.run(); // the first goes on
    CHECK(called);
    CHECK(!outcome);
}

TEST_CASE("a first attempt that throws instead of starting ends the call for good", "[R-705]") {
    asio::io_context io;
    int started = 0;
    asio::steady_timer timer{io};
    auto const op = [&](auto token) {
        if (++started == 1) throw std::length_error{"cannot start"};
        return timer.async_wait(std::move(token));
    };
    bool called = false;
    async_invoke(io, Hedge<1ms, 3>{}, op, [&](asio::error_code) { called = true; });
    CHECK_THROWS_AS(io.run(), std::length_error);
    io.run();
    CHECK(started == 1);
    CHECK_FALSE(called);
}

TEST_CASE("a further attempt that throws instead of starting ends the call if no other is under way", "[R-705]") {
    asio::io_context io;
    int started = 0;
    auto const op = [&](auto token) {
        if (++started == 2) throw std::length_error{"cannot start"};
        return asio::async_initiate<decltype(token), void(asio::error_code)>(
            [&](auto handler) {
                asio::post(io, [handler = std::move(handler)]() mutable {
                    handler(asio::error_code{asio::error::connection_refused});
                });
            },
            token);
    };
    std::vector<asio::error_code> heard;
    async_invoke(io, Hedge<1h, 3>{}, op, [&](asio::error_code code) { heard.push_back(code); });
    CHECK_THROWS_AS(io.run(), std::length_error);
    io.run(); // without the timer of the third one
    CHECK(started == 2);
    CHECK(heard == std::vector<asio::error_code>{asio::error::connection_refused});
}

TEST_CASE("an attempt of a race that nobody traces has no span", "[R-706]") {
    asio::io_context io;
    int spans = 0;
    auto const op = [&](Attempt const& attempt, auto token) {
        spans += attempt.context().span() != nullptr ? 1 : 0;
        return asio::async_initiate<decltype(token), void(asio::error_code)>(
            [&](auto handler) {
                asio::post(io, [handler = std::move(handler)]() mutable { handler(asio::error_code{}); });
            },
            token);
    };
    async_invoke(io, Hedge<1h, 2>{}, op, [](asio::error_code) {});
    io.run();
    CHECK(spans == 0);
}

TEST_CASE("a race begins on its executor, whoever begins the call", "[R-619]") {
    asio::io_context io;
    bool is_inside = true;
    auto const op = [&](auto token) {
        is_inside = is_inside && io.get_executor().running_in_this_thread();
        return asio::async_initiate<decltype(token), void(asio::error_code)>(
            [&](auto handler) {
                asio::post(io, [handler = std::move(handler)]() mutable { handler(asio::error_code{}); });
            },
            token);
    };
    int ended = 0;
    auto const handler = [&](asio::error_code) { ++ended; };
    async_invoke(io, Hedge<0s, 3>{}, op, handler);
    asio::post(io, [&] { async_invoke(io, Hedge<0s, 3>{}, op, handler); });
    CHECK(is_inside);
    io.run();
    CHECK(is_inside);
    CHECK(ended == 2);
}

TEST_CASE("an attempt that is left behind finds no span that has ended", "[R-706]") {
    test::NullTracer tracing;
    asio::io_context io;
    asio::steady_timer gate{io, asio::steady_timer::time_point::max()};
    int started = 0;
    int traced = 0;
    bool is_traced_still = true;
    bool over = false;
    auto const op = [&](Attempt const& attempt) -> asio::awaitable<int> {
        int const n = ++started;
        traced += int(span_of<test::NullTracer::Span>(attempt) != nullptr);
        if (n == 2) co_return n;
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        asio::error_code code;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, code));
        is_traced_still = span_of<test::NullTracer::Span>(attempt) != nullptr;
        co_return n;
    };
    asio::co_spawn(io, async(pipeline(Traced{tracing, Name<"chat">{}}, Hedge<0s>{}, AttemptTimeout<1h>{}))(op),
                   [&](std::exception_ptr const& error, int value) { over = !error && value == 2; });
    while (!over) io.run_one();
    gate.cancel();
    io.run();
    CHECK(traced == 2);
    CHECK_FALSE(is_traced_still);
}

TEST_CASE("an attempt that is left behind reads no clock that went with the call", "[R-706]") {
    struct CountedTime {
        int* readings;
        TimePoint now() const {
            ++*readings;
            return SteadyTime{}.now() + 1000h;
        }
        void sleep(Duration) const {}
    };
    asio::io_context io;
    asio::steady_timer gate{io, asio::steady_timer::time_point::max()};
    int started = 0;
    int readings = 0;
    CountedTime const time{&readings};
    Duration left{};
    bool over = false;
    auto const op = [&](Attempt const& attempt) -> asio::awaitable<int> {
        int const n = ++started;
        if (n == 2) co_return n;
        co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
        asio::error_code code;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, code));
        left = attempt.remaining();
        co_return n;
    };
    asio::co_spawn(io, async(pipeline(Retrying{StopAfterAttempt<1>{}, Time{time}}, Deadline<1h>{}, Hedge<0s>{}))(op),
                   [&](std::exception_ptr const& error, int value) { over = !error && value == 2; });
    while (!over) io.run_one();
    int const before = readings;
    gate.cancel();
    io.run();
    CHECK(before > 0);
    CHECK(readings == before);
    CHECK(left <= 1h); // as far away as on the other clock
    CHECK(left > 0s);
}

TEST_CASE("an io_context that goes takes a race with it", "[R-706]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    Bulkhead<4> bulkhead;
    {
        asio::io_context io;
        auto const service = serving(io, {Does::hangs, Does::hangs});
        begin(io, pipeline(Hedge<0s>{}, bulkhead, breaker), service);
        while (service->started < 2) io.run_one();
        CHECK(bulkhead.used() == 2);
    }
    CHECK(bulkhead.used() == 0);
    CHECK(breaker.state() == CircuitState::closed);
}

TEST_CASE("a signal may be emitted when a hook has ended the call", "[R-619]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const fails = [&](auto token) {
        return asio::async_initiate<decltype(token), void(asio::error_code)>(
            [&](auto handler) {
                asio::post(io, [handler = std::move(handler)]() mutable {
                    handler(asio::error::make_error_code(asio::error::eof));
                });
            },
            token);
    };
    async_invoke(
        io, Retrying{StopAfterAttempt<2>{}, After{[] { throw std::logic_error{"hook"}; }}}, fails,
        asio::bind_cancellation_slot(signal.slot(), [](asio::error_code) { FAIL("the hook has ended the call"); }));
    CHECK_THROWS_AS(io.run(), std::logic_error);
    signal.emit(asio::cancellation_type::terminal); // finds nothing
}

TEST_CASE("a handler that is given as an lvalue is copied", "[R-615]") {
    asio::io_context io;
    struct Handler {
        std::shared_ptr<int> calls;
        void operator()(asio::error_code) const { ++*calls; }
    };
    Handler const handler{std::make_shared<int>(0)};
    Handler kept = handler;
    asio::steady_timer timer{io};
    async_invoke(
        io, Retrying<StopAfterAttempt<2>>{}, [&](auto token) { return timer.async_wait(std::move(token)); }, kept);
    REQUIRE(kept.calls != nullptr);
    io.run();
    CHECK(*kept.calls == 1);
}

TEST_CASE("no fallback answers a cancellation, and no attempt follows it", "[R-621]") {
    asio::io_context io;
    asio::cancellation_signal signal;
    auto const service = serving(io, {Does::hangs});
    auto const ended = begin(io, pipeline(Fallback{7}, Retrying<StopAfterAttempt<1>>{}), service, signal.slot());
    asio::post(io, [&] { asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); }); });
    io.run();
    CHECK(ended->error == "Operation aborted.");
}
