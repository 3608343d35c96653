// SPDX-License-Identifier: BSL-1.0
#pragma once
// The tests of both Asio adapters. Before it come the names of the library: net, Code, SystemError, LIBRARY, a
// BreakerOfTheLibrary, HAS_CANCELLATION, and deferred and tuple_of() with cancellation.

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

namespace {

using namespace grit;
using namespace std::chrono_literals;

constexpr Retrying<StopAfterAttempt<3>> three;
constexpr Retrying<StopAfterAttempt<3>, WaitFixed<1ms>> three_slowly;
constexpr Retrying<StopAfterAttempt<9>, WaitFixed<1h>> patient;

Code reset() { return net::error::make_error_code(net::error::connection_reset); }
[[maybe_unused]] Code aborted() { return net::error::make_error_code(net::error::operation_aborted); }
bool is(Code const& code, errc wanted) {
    return code.value() == static_cast<int>(wanted) && std::string{"grit"} == code.category().name();
}

/// An operation that completes, a moment later, with what is said for each call.
template <class Signature>
struct Answers;
template <class... Ts>
struct Answers<void(Ts...)> {
    net::io_context& io;
    std::function<std::tuple<Ts...>(int)> answer;
    int calls = 0;

    auto operator*() {
        return [this]<class Token>(Token token) {
            return net::async_initiate<Token, void(Ts...)>(
                [this]<class Handler>(Handler handler) {
                    auto const executor = net::get_associated_executor(handler, io.get_executor());
                    net::post(executor, [handler = std::move(handler), values = answer(++calls)]() mutable {
                        std::apply(std::move(handler), std::move(values));
                    });
                },
                token);
        };
    }
};
using Codes = Answers<void(Code)>;
/// Fails before that call.
auto fails_before(int call) {
    return [call](int n) { return std::tuple{n < call ? reset() : Code{}}; };
}

/// An operation that completes when it is told to, and is deaf to everything else.
struct Manual {
    std::function<void(Code)> complete{};
    int calls = 0;

    auto operator*() {
        return [this]<class Token>(Token token) {
            return net::async_initiate<Token, void(Code)>(
                [this]<class Handler>(Handler handler) {
                    ++calls;
                    auto const held = std::make_shared<std::optional<Handler>>(std::move(handler));
                    complete = [held](Code code) {
                        Handler now = std::move(**held);
                        held->reset();
                        std::move(now)(code);
                    };
                },
                token);
        };
    }
};

/// An operation that waits for an hour.
struct Hour {
    net::steady_timer timer;
    int calls = 0;
    explicit Hour(net::io_context& io) : timer(io) {}

    auto operator*() {
        return [this]<class Token>(Token token) {
            ++calls;
            timer.expires_after(1h);
            return timer.async_wait(std::move(token));
        };
    }
};

/// Runs a coroutine in the context, until nothing is left to do. Throws what it threw.
template <class F>
void run_in(net::io_context& io, F f) {
    bool is_done = false;
    std::exception_ptr thrown;
    net::co_spawn(io, std::move(f), [&](std::exception_ptr error) {
        is_done = true;
        thrown = std::move(error);
    });
    io.run();
    REQUIRE(is_done);
    if (thrown) std::rethrow_exception(thrown);
}

struct Memory {
    int allocations = 0;
    std::size_t bytes = 0;
};
template <class T>
struct CountingAllocator {
    using value_type = T;
    Memory* memory;

    explicit CountingAllocator(Memory& m) noexcept : memory(&m) {}
    template <class U>
    CountingAllocator(CountingAllocator<U> const& other) noexcept : memory(other.memory) {}
    T* allocate(std::size_t n) {
        ++memory->allocations;
        memory->bytes += n * sizeof(T);
        return std::allocator<T>{}.allocate(n);
    }
    void deallocate(T* p, std::size_t n) noexcept {
        memory->bytes -= n * sizeof(T);
        std::allocator<T>{}.deallocate(p, n);
    }
    template <class U>
    bool operator==(CountingAllocator<U> const& other) const noexcept {
        return memory == other.memory;
    }
};
/// A handler whose allocator counts.
template <class F>
struct WithMemory {
    using allocator_type = CountingAllocator<char>;
    Memory* memory;
    F f;
    allocator_type get_allocator() const noexcept { return allocator_type{*memory}; }
    template <class... Args>
    void operator()(Args&&... args) {
        f(static_cast<Args&&>(args)...);
    }
};
template <class F>
WithMemory(Memory*, F) -> WithMemory<F>;

/// Lets time pass without a sleep.
[[maybe_unused]] void spin(std::chrono::steady_clock::duration d) {
    for (auto const end = std::chrono::steady_clock::now() + d; std::chrono::steady_clock::now() < end;) {
    }
}

} // namespace

// Tokens.

TEST_CASE(LIBRARY ": a callback is called when the last attempt is over, and never before async_invoke has returned",
          "[R-615][R-619]") {
    net::io_context io;
    Codes op{io, fails_before(3)};
    std::optional<Code> said;
    async_invoke(io, three, *op, [&](Code code) { said = code; });
    REQUIRE(!said);
    io.run();
    REQUIRE(op.calls == 3);
    REQUIRE(said == Code{});
    // It gives up with the last code.
    Codes fails{io, fails_before(99)};
    async_invoke(io.get_executor(), three_slowly, *fails, [&](Code code) { said = code; });
    io.restart();
    io.run();
    REQUIRE(fails.calls == 3);
    REQUIRE(said == reset());
}

TEST_CASE(LIBRARY ": an operation that completes at once does not call the handler inside async_invoke", "[R-619]") {
    net::io_context io;
    std::optional<Code> said;
    bool is_inside = true;
    int calls = 0;
    auto const at_once = [&]<class Token>(Token token) {
        return net::async_initiate<Token, void(Code)>(
            [&](auto handler) { std::move(handler)(++calls < 3 ? reset() : Code{}); }, token);
    };
    async_invoke(io, three, at_once, [&](Code code) {
        REQUIRE_FALSE(is_inside);
        said = code;
    });
    is_inside = false;
    REQUIRE(calls == 3);
    REQUIRE(!said);
    io.run();
    REQUIRE(said == Code{});
}

TEST_CASE(LIBRARY ": what a handler throws after an operation that completes at once is not told to it", "[R-615]") {
    net::io_context io;
    int calls = 0;
    int said = 0;
    auto const at_once = [&]<class Token>(Token token) {
        return net::async_initiate<Token, void(std::exception_ptr)>(
            [&](auto handler) {
                auto error = ++calls < 3 ? std::make_exception_ptr(std::runtime_error("reset")) : std::exception_ptr{};
                std::move(handler)(std::move(error));
            },
            token);
    };
    async_invoke(io, three_slowly, at_once, [&](std::exception_ptr const& error) {
        ++said;
        if (!error) throw std::logic_error("of the handler");
    });
    REQUIRE_THROWS_AS(io.run(), std::logic_error);
    REQUIRE(calls == 3);
    REQUIRE(said == 1);
}

TEST_CASE(LIBRARY ": the operation may take the attempt before its token", "[R-615]") {
    net::io_context io;
    std::vector<int> numbers;
    Codes op{io, fails_before(3)};
    async_invoke(
        io, three,
        [&]<class Token>(Attempt const& at, Token token) {
            numbers.push_back(at.number());
            return (*op)(std::move(token));
        },
        [](Code) {});
    io.run();
    REQUIRE(numbers == std::vector{1, 2, 3});
    Codes timed{io, fails_before(2)};
    std::vector<bool> began;
    async_invoke(
        io, three,
        [&]<class Token>(TimedAttempt const& at, Token token) {
            began.push_back(at.elapsed() >= Duration::zero());
            return (*timed)(std::move(token));
        },
        [](Code) {});
    io.restart();
    io.run();
    REQUIRE(began == std::vector{true, true});
}

TEST_CASE(LIBRARY ": a future has the outcome", "[R-615]") {
    net::io_context io;
    Codes op{io, fails_before(3)};
    Codes fails{io, fails_before(99)};
    std::future<void> good = async_invoke(io, three, *op, net::use_future);
    std::future<void> bad = async_invoke(io, three, *fails, net::use_future);
    io.run();
    good.get();
    REQUIRE_THROWS_AS(bad.get(), SystemError);
}

TEST_CASE(LIBRARY ": an awaitable has the outcome, as an exception or as a code", "[R-615]") {
    net::io_context io;
    Codes op{io, fails_before(3)};
    Codes fails{io, fails_before(99)};
    run_in(io, [&]() -> net::awaitable<void> {
        co_await async_invoke(io, three, *op, net::use_awaitable);
        bool thrown = false;
        try {
            co_await async_invoke(io, three, *fails, net::use_awaitable);
        } catch (SystemError const& error) {
            thrown = error.code() == reset();
        }
        REQUIRE(thrown);
        Code code;
        co_await async_invoke(io, three, *fails, net::redirect_error(net::use_awaitable, code));
        REQUIRE(code == reset());
#if HAS_CANCELLATION
        auto const [again] = co_await async_invoke(io, three, *fails, tuple_of(net::use_awaitable));
        REQUIRE(again == reset());
#endif
    });
    REQUIRE(op.calls == 3);
}

#if HAS_CANCELLATION
TEST_CASE(LIBRARY ": a deferred call begins when it is called", "[R-615]") {
    net::io_context io;
    Codes op{io, fails_before(3)};
    std::optional<Code> said;
    auto later = async_invoke(io, three, *op, deferred);
    io.run();
    REQUIRE(op.calls == 0);
    std::move(later)([&](Code code) { said = code; });
    io.restart();
    io.run();
    REQUIRE(op.calls == 3);
    REQUIRE(said == Code{});
}
#endif

TEST_CASE(LIBRARY ": a handler may be movable only", "[R-615]") {
    net::io_context io;
    Codes op{io, fails_before(2)};
    int result = 0;
    async_invoke(io, three, *op, [&result, owned = std::make_unique<int>(5)](Code) { result = *owned; });
    io.run();
    REQUIRE(result == 5);
}

TEST_CASE(LIBRARY ": a handler runs on its own executor, which keeps running until then", "[R-619]") {
    net::io_context io;
    net::io_context other;
    Codes op{io, fails_before(2)};
    std::optional<Code> said;
    async_invoke(io, three, *op, net::bind_executor(other, [&](Code code) { said = code; }));
    REQUIRE(other.poll() == 0);
    REQUIRE_FALSE(other.stopped()); // there is work to come
    io.run();
    REQUIRE(!said);
    other.run();
    REQUIRE(said == Code{});
    // The steps in between run on the executor that was given.
    auto const strand = net::make_strand(io);
    bool is_on_strand = true;
    auto const look = [&] { is_on_strand = is_on_strand && strand.running_in_this_thread(); };
    Codes fails{io, fails_before(99)};
    async_invoke(strand, three_slowly.with(After{look}), *fails, [&](Code) { look(); });
    io.restart();
    io.run();
    REQUIRE(is_on_strand);
}

TEST_CASE(LIBRARY ": a call may begin on another thread than the one that runs the context", "[R-619]") {
    net::io_context io;
    net::executor_work_guard<net::io_context::executor_type> work{io.get_executor()};
    std::thread runs{[&] { io.run(); }};
    Bulkhead<1, 5> bulkhead;
    Hour hour{io};
    for (int round = 0; round < 100; ++round) {
        Codes op{io, fails_before(3)};
        async_invoke(io, three, *op, net::use_future).get();
        // One that has to wait in line, and is called at once.
        auto place = bulkhead.try_acquire();
        REQUIRE(place);
        Codes in_line{io, fails_before(1)};
        std::future<void> called = async_invoke(io, bulkhead, *in_line, net::use_future);
        place.release();
        called.get();
        while (!bulkhead.idle()) std::this_thread::yield(); // the call ends a moment after its outcome is there
#if HAS_CANCELLATION
        REQUIRE_THROWS_AS(async_invoke(io, AttemptTimeout<1us>{}, *hour, net::use_future).get(), SystemError);
#endif
    }
    work.reset();
    runs.join();
}

// Memory.

TEST_CASE(LIBRARY ": a call allocates once, by the allocator of its handler, and gives that back before it is called",
          "[R-620]") {
    net::io_context io;
    Memory memory;
    Manual op;
    std::vector<std::size_t> left;
    std::function<void(int)> start;
    std::function<void(int)> const next = [&](int more) {
        left.push_back(memory.bytes);
        if (more > 0) start(more - 1);
    };
    start = [&](int more) { async_invoke(io, three, *op, WithMemory{&memory, [&next, more](Code) { next(more); }}); };
    start(3);
    for (int round = 0; round < 4; ++round) {
        op.complete(reset());
        op.complete(reset());
        op.complete(Code{});
        REQUIRE(left.size() == static_cast<std::size_t>(round) + 1);
    }
    REQUIRE(left == std::vector<std::size_t>{0, 0, 0, 0});
    REQUIRE(memory.allocations == 4);
    REQUIRE(op.calls == 12);
}

// What completions mean.

TEST_CASE(LIBRARY ": a call that is refused completes with the code of its rejection", "[R-618]") {
    net::io_context io;
    Codes op{io, fails_before(0)};
    auto const code_of = [&](auto&& stage) {
        std::optional<Code> said;
        async_invoke(io, stage, *op, [&](Code code) { said = code; });
        REQUIRE(!said);
        io.restart();
        io.run();
        REQUIRE(op.calls == 0);
        return said.value();
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>> breaker;
    breaker.force_open();
    REQUIRE(is(code_of(breaker), errc::circuit_open));
    RateLimiter<1, 1h, 1> limiter;
    REQUIRE(limiter.try_acquire());
    REQUIRE(is(code_of(limiter), errc::rate_limited));
    Bulkhead<1> bulkhead;
    auto const place = bulkhead.try_acquire();
    REQUIRE(is(code_of(bulkhead), errc::bulkhead_full));
    ConcurrencyLimit<Aimd<1h>, LimitBetween<1, 1, 1>> limit;
    limit.close();
    REQUIRE(is(code_of(limit), errc::bulkhead_full));
    REQUIRE(is(code_of(pipeline(Deadline<0s>{}, three)), errc::deadline_exceeded));
    std::stop_source source;
    source.request_stop();
    REQUIRE(is(code_of(three.with(StopWhenRequested{source.get_token()})), errc::cancelled));
    Chaos<Seed, ChaosFault<std::runtime_error>> chaos{Seed{1}, ChaosFault{1.0, std::runtime_error{"chaos"}}};
    REQUIRE(is(code_of(chaos), errc::rejected));
}

TEST_CASE(LIBRARY ": a call that reports by an exception_ptr is judged by what is in it", "[R-617][R-618]") {
    net::io_context io;
    using Ends = Answers<void(std::exception_ptr, int)>;
    std::exception_ptr thrown;
    int result = 0;
    auto const handler = [&](std::exception_ptr error, int value) {
        thrown = std::move(error);
        result = value;
    };
    auto const throws = [&](auto&& stage, auto operation) {
        thrown = nullptr;
        async_invoke(io, stage, operation, handler);
        io.restart();
        io.run();
        if (thrown) std::rethrow_exception(thrown);
    };
    struct Busy {};
    struct Fatal {};
    constexpr Retrying<StopAfterAttempt<3>, RetryIf<Busy>> busy;
    Ends op{io, [](int n) { return std::tuple{n < 3 ? std::make_exception_ptr(Busy{}) : std::exception_ptr{}, n}; }};
    throws(busy, *op);
    REQUIRE(result == 3);
    Ends fails{io, [](int n) { return std::tuple{std::make_exception_ptr(Busy{}), n}; }};
    REQUIRE_THROWS_AS(throws(busy, *fails), Busy);
    REQUIRE(fails.calls == 3);
    Ends fatal{io, [](int n) { return std::tuple{std::make_exception_ptr(Fatal{}), n}; }};
    REQUIRE_THROWS_AS(throws(busy, *fatal), Fatal);
    REQUIRE(fatal.calls == 1);
    // A rejection, what a hook threw, and what the operation threw instead of beginning.
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>> breaker;
    breaker.force_open();
    REQUIRE_THROWS_AS(throws(breaker, *op), CircuitOpenError);
    REQUIRE_THROWS_AS(throws(busy.with(OnSuccess{[] { throw Fatal{}; }}), *op), Fatal);
    auto const refuses_to_begin = [&]<class Token>(Token token) {
        if (fails.calls > 0) throw Fatal{};
        return (*fails)(std::move(token));
    };
    REQUIRE_THROWS_AS(throws(busy, refuses_to_begin), Fatal);
}

TEST_CASE(LIBRARY ": what a hook throws leaves from the function that runs the context, where there is only a code",
          "[R-617]") {
    net::io_context io;
    Codes op{io, fails_before(1)};
    bool is_called = false;
    struct Fatal {};
    async_invoke(io, three.with(OnSuccess{[] { throw Fatal{}; }}), *op, [&](Code) { is_called = true; });
    REQUIRE_THROWS_AS(io.run(), Fatal);
    REQUIRE_FALSE(is_called);
}

TEST_CASE(LIBRARY ": values beside a code come along, and predicates see both as one result", "[R-617]") {
    net::io_context io;
    Answers<void(Code, std::size_t)> one{io, [](int n) { return std::tuple{Code{}, std::size_t(n) * 10}; }};
    Retrying const until_20{StopAfterAttempt<5>{},
                            RetryIfResult{[](AsyncResult<Code, std::size_t> const& r) { return *r < 20; }}};
    std::size_t read = 0;
    async_invoke(io, until_20, *one, [&](Code code, std::size_t n) { read = code ? 0 : n; });
    io.run();
    REQUIRE(read == 20);
    // An error is one by default, and the values beside it are kept.
    Answers<void(Code, int, std::string)> two{
        io,
        [](int n) { return std::tuple{n < 3 ? reset() : Code{}, n, std::string(static_cast<std::size_t>(n), 'x')}; }};
    std::tuple<Code, int, std::string> all;
    async_invoke(io, three, *two, [&](Code code, int n, std::string text) { all = {code, n, std::move(text)}; });
    io.restart();
    io.run();
    REQUIRE(all == std::tuple{Code{}, 3, std::string{"xxx"}});
    Answers<void(Code, std::unique_ptr<int>)> fails{
        io, [](int n) { return std::tuple{reset(), std::make_unique<int>(n)}; }};
    std::unique_ptr<int> last;
    async_invoke(io, three, *fails, [&](Code, std::unique_ptr<int> p) { last = std::move(p); });
    io.restart();
    io.run();
    REQUIRE(*last == 3);
    // There may be no code at all.
    Answers<void(int)> plain{io, [](int n) { return std::tuple{n}; }};
    int number = 0;
    async_invoke(io, Retrying{StopAfterAttempt<5>{}, RetryIfResult{[](int n) { return n < 4; }}}, *plain,
                 [&](int n) { number = n; });
    io.restart();
    io.run();
    REQUIRE(number == 4);
}

TEST_CASE(LIBRARY ": a breaker, a fallback and a value for giving up look at a code", "[R-617]") {
    net::io_context io;
    std::optional<Code> said;
    auto const handler = [&](Code code) { said = code; };
    Codes fails{io, fails_before(99)};
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1h>, FailureIf<Code>> breaker;
    async_invoke(io, pipeline(three, breaker), *fails, handler);
    io.run();
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(fails.calls == 2);
    Fallback const fallback{[](Attempt const&, Failure const&) { return Code{}; }};
    Codes more{io, fails_before(99)};
    async_invoke(io, pipeline(fallback, three), *more, handler);
    io.restart();
    io.run();
    REQUIRE(more.calls == 3);
    REQUIRE(said == Code{});
    said = reset();
    async_invoke(io, three.with(OnGiveUp{[](Attempt const&, Failure const&) { return Code{}; }}), *more, handler);
    io.restart();
    io.run();
    REQUIRE(said == Code{});
}

TEST_CASE(LIBRARY ": the operation may itself be the wait of a timer", "[R-624]") {
    net::io_context io;
    net::steady_timer timer{io};
    int calls = 0;
    // Its own cancellation is a failure only where somebody says so.
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1ms>{},
                            RetryIfResult{[](Code const& code) { return code == aborted(); }}};
    auto const op = [&]<class Token>(Token token) {
        timer.expires_after(++calls < 3 ? std::chrono::steady_clock::duration{1h} : 1ms);
        if (calls < 3) net::post(io, [&] { timer.cancel(); });
        return timer.async_wait(std::move(token));
    };
    std::optional<Code> said;
    async_invoke(io, retrying, op, [&](Code code) { said = code; });
    io.run();
    REQUIRE(calls == 3);
    REQUIRE(said == Code{});
}

TEST_CASE(LIBRARY ": an operation that somebody cancelled is no failure for a breaker", "[R-617]") {
    net::io_context io;
    Codes op{io, [](int) { return std::tuple{aborted()}; }};
    BreakerOfTheLibrary<OpenAfterFailures<1>, OpenFor<1h>> breaker;
    std::optional<Code> said;
    async_invoke(io, breaker, *op, [&](Code code) { said = code; });
    io.run();
    REQUIRE(said == aborted());
    REQUIRE(breaker.state() == CircuitState::closed);
    io.restart();
    REQUIRE_THROWS_AS(run_in(io,
                             [&]() -> net::awaitable<void> {
                                 co_await async(breaker)([]() -> net::awaitable<void> {
                                     throw SystemError{aborted()};
                                     co_return;
                                 });
                             }),
                      SystemError);
    REQUIRE(breaker.state() == CircuitState::closed);
}

// Coroutines.

TEST_CASE(LIBRARY ": an awaitable in a stage has its own type, and sleeps on a timer", "[R-616]") {
    net::io_context io;
    int calls = 0;
    run_in(io, [&]() -> net::awaitable<void> {
        auto const op = [&]() -> net::awaitable<std::string> {
            if (++calls < 3) throw SystemError{reset()};
            co_return "x";
        };
        static_assert(std::is_same_v<decltype(async(three_slowly)(op)), net::awaitable<std::string>>);
        auto const before = std::chrono::steady_clock::now();
        std::string const result = co_await async(three_slowly)(op);
        REQUIRE(result == "x");
        REQUIRE(std::chrono::steady_clock::now() - before >= 2ms);
    });
    REQUIRE(calls == 3);
    calls = 0;
    io.restart();
    REQUIRE_THROWS_AS(run_in(io,
                             [&]() -> net::awaitable<void> {
                                 co_await async(three)([&]() -> net::awaitable<void> {
                                     ++calls;
                                     throw SystemError{reset()};
                                     co_return;
                                 });
                             }),
                      SystemError);
    REQUIRE(calls == 3);
}

// A policy's own token, and places in line.

TEST_CASE(LIBRARY ": the token of a policy ends a sleep, and the call has the outcome that the sleep was for",
          "[R-622]") {
    net::io_context io;
    std::stop_source source;
    auto const stoppable = patient.with(StopWhenRequested{source.get_token()});
    SECTION("with a handler") {
        Codes op{io, fails_before(99)};
        std::optional<Code> said;
        async_invoke(io, stoppable, *op, [&](Code code) { said = code; });
        io.poll();
        REQUIRE(op.calls == 1);
        REQUIRE(!said);
        source.request_stop();
        io.poll();
        REQUIRE(said == reset());
        REQUIRE(op.calls == 1);
    }
    SECTION("in a coroutine") {
        std::exception_ptr thrown;
        int calls = 0;
        net::co_spawn(io, async(stoppable)([&]() -> net::awaitable<void> {
                          ++calls;
                          throw SystemError{reset()};
                          co_return;
                      }),
                      [&](std::exception_ptr error) { thrown = std::move(error); });
        io.poll();
        REQUIRE(calls == 1);
        REQUIRE(!thrown);
        source.request_stop();
        io.poll();
        REQUIRE(thrown);
        REQUIRE_THROWS_AS(std::rethrow_exception(thrown), SystemError);
        REQUIRE(calls == 1);
    }
}

TEST_CASE(LIBRARY ": a stop may be requested from another thread at any moment", "[R-622]") {
    for (int round = 0; round < 150; ++round) {
        net::io_context io;
        std::stop_source source;
        auto const stoppable = patient.with(StopWhenRequested{source.get_token()});
        Codes op{io, fails_before(99)};
        std::optional<Code> said;
        std::exception_ptr thrown;
        std::thread requests{[&] {
            for (int i = 0; i < round * 40; ++i) std::atomic_signal_fence(std::memory_order_seq_cst);
            source.request_stop();
        }};
        async_invoke(io, stoppable, *op, [&](Code code) { said = code; });
        net::co_spawn(io, async(stoppable)([&]() -> net::awaitable<void> {
                          throw SystemError{reset()};
                          co_return;
                      }),
                      [&](std::exception_ptr error) { thrown = std::move(error); });
        io.run();
        requests.join();
        REQUIRE(op.calls <= 1);
        REQUIRE((said == reset() || is(said.value(), errc::cancelled)));
        REQUIRE(thrown);
    }
}

TEST_CASE(LIBRARY ": a call in the line of a bulkhead goes in when a place is handed to it, from any thread",
          "[R-625]") {
    net::io_context io;
    Bulkhead<1, 2> bulkhead;
    auto place = bulkhead.try_acquire();
    Codes op{io, fails_before(1)};
    std::optional<Code> said;
    bool is_done = false;
    async_invoke(io, bulkhead, *op, [&](Code code) { said = code; });
    net::co_spawn(io, async(bulkhead)([]() -> net::awaitable<void> { co_return; }),
                  [&](std::exception_ptr error) { is_done = error == nullptr; });
    io.poll();
    REQUIRE(bulkhead.waiting() == 2);
    std::thread{[&] { place.release(); }}.join();
    io.run();
    REQUIRE(said == Code{});
    REQUIRE(is_done);
    REQUIRE(bulkhead.idle());
}

TEST_CASE(LIBRARY ": calls that die with their context give back what they took", "[R-623]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>, IgnoreIf<Code>> breaker;
    Bulkhead<1, 9> bulkhead;
    RetryBudget<5> budget;
    auto const retrying = patient.with(StopOverBudget{budget});
    auto const all = pipeline(retrying, bulkhead, breaker);
    auto const alive = std::make_shared<int>(0);
    bool const unwinding = GENERATE(false, true);
    CAPTURE(unwinding);
    std::optional<Hour> hour; // its timer belongs to the context
    std::optional<Codes> fails;
    int called = 0;
    try {
        net::io_context io;
        hour.emplace(io);
        fails.emplace(Codes{io, fails_before(99)});
        auto const handler = [&called, alive](Code) { ++called; };
        auto const operation = [&, alive]() -> net::awaitable<void> {
            net::steady_timer timer{io, 1h};
            co_await timer.async_wait(net::use_awaitable);
        };
        async_invoke(io, all, **fails, handler); // sleeps after its first attempt
        io.poll();
        async_invoke(io, all, **hour, handler); // is inside
        async_invoke(io, all, **hour, handler); // are in line
        net::co_spawn(io, async(all)(operation), [&called, alive](std::exception_ptr) { ++called; });
        io.poll();
        REQUIRE(bulkhead.used() == 1);
        REQUIRE(bulkhead.waiting() == 2);
        REQUIRE(budget.left() == 4);
        hour.reset(); // a timer must not outlive its context
        if (unwinding) throw 1;
    } catch (int) {
    }
    REQUIRE(called == 0);
    REQUIRE(alive.use_count() == 1);
    REQUIRE(bulkhead.idle());
    REQUIRE(bulkhead.waiting() == 0);
    REQUIRE(budget.left() == 5);
    REQUIRE(breaker.state() == CircuitState::closed);
}

#if HAS_CANCELLATION

// Cancellation.

namespace {
enum class Where { at_once, in_attempt, asleep, in_line };

/// A call by handler or in a coroutine that stands somewhere, with a slot.
struct Cancelled1 {
    net::io_context io;
    net::cancellation_signal signal;
    Bulkhead<1, 5> bulkhead;
    net::steady_timer timer{io};
    int calls = 0;
    std::optional<Code> said;

    Cancelled1(Where where, bool in_coroutine) {
        auto place = bulkhead.try_acquire();
        if (where != Where::in_line) place.release();
        auto const all = pipeline(patient, bulkhead);
        if (in_coroutine) {
            auto op = [this, where]() -> net::awaitable<void> {
                ++calls;
                if (where == Where::asleep) throw SystemError{reset()};
                timer.expires_after(1h);
                co_await timer.async_wait(net::use_awaitable);
            };
            net::co_spawn(io, async(all)(op), net::bind_cancellation_slot(signal.slot(), [this](std::exception_ptr e) {
                              try {
                                  if (e) std::rethrow_exception(e);
                                  said = Code{};
                              } catch (SystemError const& error) {
                                  said = error.code();
                              }
                          }));
        } else {
            auto const op = [this, where]<class Token>(Token token) {
                ++calls;
                timer.expires_after(1h);
                if (where == Where::asleep) timer.expires_after(-1s);
                return net::async_initiate<Token, void(Code)>(
                    [this, where](auto handler) {
                        if (where == Where::asleep) net::post(io, [h = std::move(handler)]() mutable { h(reset()); });
                        else timer.async_wait(std::move(handler));
                    },
                    token);
            };
            async_invoke(io, all, op, net::bind_cancellation_slot(signal.slot(), [this](Code code) { said = code; }));
        }
        if (where != Where::at_once) io.poll();
        if (where == Where::in_line) REQUIRE(bulkhead.waiting() == 1);
        else if (where == Where::asleep) REQUIRE(bulkhead.idle());
        calls_before = calls;
        signal.emit(type_);
        place_.emplace(std::move(place));
    }
    net::cancellation_type type_ = net::cancellation_type::none;
    std::optional<Place<Bulkhead<1, 5>>> place_;
    int calls_before = 0;
};
} // namespace

TEST_CASE(LIBRARY ": a terminal cancellation ends a call wherever it stands, with no further attempt", "[R-621]") {
    auto const where = GENERATE(Where::at_once, Where::in_attempt, Where::asleep, Where::in_line);
    bool const in_coroutine = GENERATE(false, true);
    CAPTURE(where, in_coroutine);
    Cancelled1 call{where, in_coroutine};
    REQUIRE(!call.said);
    // The others are not for a call that may be halfway through.
    call.signal.emit(net::cancellation_type::total);
    call.signal.emit(net::cancellation_type::partial);
    if (where != Where::at_once) {
        call.io.poll();
        REQUIRE(!call.said);
    }
    call.signal.emit(net::cancellation_type::terminal);
    call.io.poll();
    REQUIRE(call.said == aborted());
    // A coroutine that was cancelled before it began may begin, up to its first wait.
    REQUIRE(call.calls == (where == Where::at_once && in_coroutine ? call.calls : call.calls_before));
    REQUIRE(call.calls <= 1);
    call.place_.reset();
    REQUIRE(call.bulkhead.idle());
    REQUIRE(call.bulkhead.waiting() == 0);
}

TEST_CASE(LIBRARY ": an operation that is deaf to a cancellation is the last attempt, and its success counts",
          "[R-621]") {
    net::io_context io;
    net::cancellation_signal signal;
    Manual op;
    std::optional<Code> said;
    async_invoke(io, three, *op, net::bind_cancellation_slot(signal.slot(), [&](Code code) { said = code; }));
    signal.emit(net::cancellation_type::terminal);
    bool const succeeds = GENERATE(false, true);
    op.complete(succeeds ? Code{} : reset());
    REQUIRE(said == (succeeds ? Code{} : aborted()));
    REQUIRE(op.calls == 1);
    // In a coroutine, where it cannot go on to await something.
    int calls = 0;
    std::exception_ptr thrown;
    net::co_spawn(
        io, async(three)([&]() -> net::awaitable<int> {
            ++calls;
            co_await net::this_coro::throw_if_cancelled(false);
            net::steady_timer timer{io, 1h};
            Code code;
            co_await timer.async_wait(net::redirect_error(net::use_awaitable, code));
            if (!succeeds) throw SystemError{reset()};
            co_return 5;
        }),
        net::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e, int) { thrown = std::move(e); }));
    io.restart();
    io.poll();
    REQUIRE(calls == 1);
    signal.emit(net::cancellation_type::terminal);
    io.poll();
    REQUIRE(calls == 1);
    REQUIRE((thrown == nullptr) == succeeds);
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (SystemError const& error) {
        REQUIRE(error.code() == aborted());
    }
}

TEST_CASE(LIBRARY ": a signal may be emitted after the call, and the slot is free in the handler", "[R-621]") {
    net::io_context io;
    net::cancellation_signal signal;
    Codes op{io, fails_before(2)};
    bool has_handler = true;
    async_invoke(io, three, *op,
                 net::bind_cancellation_slot(signal.slot(), [&](Code) { has_handler = signal.slot().has_handler(); }));
    io.run();
    REQUIRE_FALSE(has_handler);
    signal.emit(net::cancellation_type::terminal);
}

TEST_CASE(LIBRARY ": a stop of the policy and a cancellation of the slot in the same moment", "[R-621][R-622]") {
    net::io_context io;
    net::cancellation_signal signal;
    std::stop_source source;
    Codes op{io, fails_before(99)};
    std::optional<Code> said;
    async_invoke(io, patient.with(StopWhenRequested{source.get_token()}), *op,
                 net::bind_cancellation_slot(signal.slot(), [&](Code code) { said = code; }));
    io.poll();
    if (GENERATE(false, true)) {
        source.request_stop();
        signal.emit(net::cancellation_type::terminal);
    } else {
        signal.emit(net::cancellation_type::terminal);
        source.request_stop();
    }
    io.poll();
    REQUIRE(said == aborted());
    REQUIRE(op.calls == 1);
}

// The time of an attempt.

TEST_CASE(LIBRARY ": an attempt is ended when its time is over, and is retried", "[R-631][R-628]") {
    net::io_context io;
    SECTION("with a handler") {
        Hour op{io};
        std::optional<Code> said;
        async_invoke(io, pipeline(three, AttemptTimeout<1ms>{}), *op, [&](Code code) { said = code; });
        io.run();
        REQUIRE(op.calls == 3);
        REQUIRE(is(said.value(), errc::attempt_timed_out));
    }
    SECTION("with an exception_ptr") {
        std::exception_ptr thrown;
        int calls = 0;
        auto const op = [&]<class Token>(Token token) {
            return net::co_spawn(
                io,
                [&]() -> net::awaitable<void> {
                    ++calls;
                    co_await net::steady_timer{io, 1h}.async_wait(net::use_awaitable);
                },
                std::move(token));
        };
        async_invoke(io, pipeline(three, AttemptTimeout<1ms>{}), op, [&](std::exception_ptr e) { thrown = e; });
        io.run();
        REQUIRE(calls == 3);
        REQUIRE_THROWS_AS(std::rethrow_exception(thrown), AttemptTimedOut);
    }
    SECTION("in a coroutine") {
        int calls = 0;
        struct NoDefault {
            int value;
            explicit NoDefault(int v) : value(v) {}
        };
        auto const all = pipeline(three, AttemptTimeout<1ms>{});
        auto const hour = [&]() -> net::awaitable<void> {
            net::steady_timer timer{io, 1h};
            co_await timer.async_wait(net::use_awaitable);
        };
        run_in(io, [&]() -> net::awaitable<void> {
            int const number = co_await async(all)([&]() -> net::awaitable<int> {
                if (++calls < 3) co_await hour();
                co_return calls;
            });
            REQUIRE(number == 3);
            NoDefault const other = co_await async(all)([&]() -> net::awaitable<NoDefault> {
                if (++calls < 6) co_await hour();
                co_return NoDefault{calls};
            });
            REQUIRE(other.value == 6);
            bool timed_out = false;
            try {
                co_await async(all)(hour);
            } catch (AttemptTimedOut const&) {
                timed_out = true;
            }
            REQUIRE(timed_out);
        });
    }
}

TEST_CASE(LIBRARY ": an attempt that completes at once does not wait for the end of its time", "[R-631]") {
    net::io_context io;
    int calls = 0;
    std::optional<Code> said;
    auto const at_once = [&]<class Token>(Token token) {
        return net::async_initiate<Token, void(Code)>(
            [&](auto handler) { std::move(handler)(++calls < 3 ? reset() : Code{}); }, token);
    };
    async_invoke(io, pipeline(three, AttemptTimeout<1h>{}), at_once, [&](Code code) { said = code; });
    io.run_for(5s);
    REQUIRE(calls == 3);
    REQUIRE(said == Code{});
}

TEST_CASE(LIBRARY ": a cancellation from outside stays one, even where the time of the attempt is over", "[R-632]") {
    net::io_context io;
    net::cancellation_signal signal;
    std::optional<Code> said;
    bool const is_cancelled = GENERATE(false, true);
    bool had_ended = false;
    SECTION("both in one poll") {
        Hour op{io};
        net::post(io, [&] { // where it begins at once
            async_invoke(io, AttemptTimeout<1ms>{}, *op,
                         net::bind_cancellation_slot(signal.slot(), [&](Code code) { said = code; }));
        });
        REQUIRE(io.run_one() == 1);
        spin(2ms);
        if (is_cancelled) signal.emit(net::cancellation_type::terminal);
        io.poll();
    }
    SECTION("the cancellation comes while the operation ends") {
        Manual op;
        async_invoke(io, AttemptTimeout<1ms>{}, *op,
                     net::bind_cancellation_slot(signal.slot(), [&](Code code) { said = code; }));
        io.poll();
        spin(2ms);
        io.poll();
        REQUIRE(!said);
        if (is_cancelled) signal.emit(net::cancellation_type::terminal);
        op.complete(aborted());
    }
    SECTION("in a coroutine") {
        net::co_spawn(io, async(AttemptTimeout<20ms>{})([&]() -> net::awaitable<void> {
                          net::steady_timer timer{io, 1h};
                          co_await timer.async_wait(net::use_awaitable);
                      }),
                      net::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr e) {
                          try {
                              std::rethrow_exception(e);
                          } catch (AttemptTimedOut const&) {
                              said = RejectedAs<Code>::make(detail::TimedOut{});
                          } catch (SystemError const& error) {
                              said = error.code();
                          }
                      }));
        while (io.poll_one() != 0) { // its timers run
        }
        had_ended = said.has_value(); // where it takes long to come here
        spin(25ms);
        if (is_cancelled) signal.emit(net::cancellation_type::terminal);
        io.poll();
    }
    REQUIRE(said);
    if (is_cancelled && !had_ended) REQUIRE(said == aborted());
    else REQUIRE(is(*said, errc::attempt_timed_out));
}

TEST_CASE(LIBRARY ": what ends well at the last moment has ended well", "[R-633]") {
    net::io_context io;
    Manual op;
    std::optional<Code> said;
    async_invoke(io, AttemptTimeout<1ms>{}, *op, [&](Code code) { said = code; });
    io.poll();
    spin(2ms);
    io.poll();
    op.complete(Code{});
    REQUIRE(said == Code{});
    // One that ends in time takes the timer along.
    async_invoke(io, AttemptTimeout<1h>{}, *op, [&](Code code) { said = code; });
    io.restart();
    io.poll();
    op.complete(reset());
    io.run();
    REQUIRE(said == reset());
}

TEST_CASE(LIBRARY ": the memory of a limited attempt is given back before the next one, too", "[R-620]") {
    net::io_context io;
    Memory memory;
    Hour op{io};
    std::size_t left = 1;
    async_invoke(io, pipeline(three, AttemptTimeout<1ms>{}), *op,
                 WithMemory{&memory, [&](Code) { left = memory.bytes; }});
    io.run();
    REQUIRE(left == 0);
    REQUIRE(op.calls == 3);
}

TEST_CASE(LIBRARY ": a limited attempt dies with its context", "[R-623]") {
    auto const alive = std::make_shared<int>(0);
    {
        net::io_context io;
        Manual op;
        async_invoke(io, AttemptTimeout<1h>{}, *op, [alive](Code) {});
        net::co_spawn(io, async(AttemptTimeout<1h>{})([&io, alive]() -> net::awaitable<void> {
                          net::steady_timer timer{io, 1h};
                          co_await timer.async_wait(net::use_awaitable);
                      }),
                      [alive](std::exception_ptr) {});
        io.poll();
        op.complete = {};
    }
    REQUIRE(alive.use_count() == 1);
}

#endif
