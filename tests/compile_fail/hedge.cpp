// SPDX-License-Identifier: BSL-1.0
// Hedges: their numbers and policies, where they stand, and what they cannot race.
#include <grit/adapter/asio.hpp>

#include <coroutine>
#include <memory>
#include <stdexcept>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <grit.hpp>

using namespace std::chrono_literals;
using namespace grit;

namespace {

asio::io_context io;

/// Can be moved only. Each case has a type of its own.
template <class Case>
struct Moves {
    std::unique_ptr<int> owned;
    asio::awaitable<int> operator()() const { co_return 1; }
    template <class Token>
    auto operator()(Token token) const {
        return asio::async_initiate<Token, void(asio::error_code)>([](auto) {}, token);
    }
};

/// A coroutine of which nothing is known but that it can be awaited.
template <class Case>
struct Task {
    struct promise_type {
        Task get_return_object() { return {}; }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void unhandled_exception() {}
        void return_value(int) {}
    };
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    int await_resume();
};

} // namespace

// expect-error: grit: a 'Hedge' was given some of its numbers as constants, because the others come at run time; write Hedge<50ms, 2>, or Hedge\{delay, n\} with both at run time
namespace one_constant {
Hedge<50ms, dynamic> hedge;
}

// expect-error: grit: a 'Hedge' was given numbers that it cannot use, because its delay is negative, or it has less than two attempts or more than 64; write Hedge<50ms, 2> instead
namespace negative_delay {
Hedge<-1ms, 2> hedge;
}

// expect-error: grit: a 'Hedge' was given numbers that it cannot use, because
namespace one_attempt {
Hedge<50ms, 1> hedge;
}

// expect-error: grit: a 'Hedge' was given numbers that it cannot use, because
namespace too_many_attempts {
Hedge<50ms, 65> hedge;
}

// expect-error: grit: a 'Hedge' was given a policy of another stage, because it has no use for it; give it retry predicates, a StopOverBudget or a DelayAtQuantile, and put the rest into a Retrying around it
namespace wait {
Hedge<50ms, 2, WaitFixed<1s>> hedge;
}

// expect-error: grit: a 'Hedge' was given a policy of another stage, because
namespace stop_that_takes_nothing {
Hedge<50ms, 2, StopAfterAttempt<3>> hedge;
}

// expect-error: grit: a 'Hedge' was given two policies of one kind, because only one of them can count; keep one of them
namespace two_delays {
Hedge<50ms, 2, DelayAtQuantile<95>, DelayAtQuantile<99>> hedge;
}

// expect-error: grit: a 'Hedge' was given two policies of one kind, because
namespace two_budgets {
RetryBudget<4> a;
RetryBudget<5> b;
Hedge hedge{50ms, 2, StopOverBudget{a}, StopOverBudget{b}};
} // namespace two_budgets

// expect-error: grit: 'DelayAtQuantile' was given no percentage, because it is below 1 or above 99; write DelayAtQuantile<95> instead
namespace no_percentage {
Hedge<51ms, 2, DelayAtQuantile<100>> hedge;
}

// expect-error: grit: 'DelayAtQuantile' was given no percentage, because
namespace percentage_of_nothing {
Hedge<51ms, 2, DelayAtQuantile<0>> hedge;
}

// expect-error: grit: 'DelayAtQuantile' was given bounds that contradict each other, because the least delay is zero, or above the longest; write DelayAtQuantile<95, 1ms, 60s> instead
namespace bounds_that_contradict {
Hedge<52ms, 2, DelayAtQuantile<95, 2s, 1s>> hedge;
}

// expect-error: grit: 'DelayAtQuantile' was given bounds that contradict each other, because
namespace least_delay_of_zero {
Hedge<52ms, 2, DelayAtQuantile<95, 0s, 1s>> hedge;
}

// expect-error: grit: a 'Hedge' was called by a thread that waits, because it runs several attempts at a time; write co_await grit::async\(pipeline\)\(f\), or async_invoke\(executor, pipeline, f, token\)
namespace blocking {
Hedge<53ms> const hedge;
int result = pipeline(Retrying<StopAfterAttempt<3>>{}, hedge)([] { return 1; });
} // namespace blocking

// expect-error: grit: a hedge stands outside a retry, because every call that it races would make all attempts of the retry, and the waits between them would start further ones; write pipeline\(retrying, hedge\) instead
namespace outside_a_retry {
auto stages = pipeline(Hedge<54ms>{}, Retrying<StopAfterAttempt<3>>{});
}

// expect-error: grit: a hedge stands in a pipeline inside another one, because that was given as a stage; write all stages in one pipeline
namespace in_an_inner_pipeline {
auto stages = pipeline(Deadline<5s>{}, pipeline(Hedge<55ms>{}, AttemptTimeout<1s>{}));
auto result = async(stages)([]() -> asio::awaitable<int> { co_return 1; });
} // namespace in_an_inner_pipeline

// expect-error: grit: an operation under a 'Hedge' cannot be copied, because it or an argument can only be moved, and every attempt owns what it uses; hold that by a std::shared_ptr instead
namespace moves_in_a_coroutine {
struct Case {};
auto result = async(Hedge<56ms>{})(Moves<Case>{});
} // namespace moves_in_a_coroutine

// expect-error: grit: a 'Hedge' stands around a coroutine of which there cannot be two at a time, because AsyncTraits of its type has no race\(hedge, at, start\); include the adapter of the library, or leave the hedge out
namespace coroutine_without_a_race {
struct Case {};
auto result = async(Hedge<57ms>{})([]() -> Task<Case> { co_return 1; });
} // namespace coroutine_without_a_race

// expect-error: grit: an operation under a 'Hedge' gives a type without a default constructor, because the handler of an attempt is given a value beside an error; give a std::optional of it instead
namespace no_default_constructor {
struct Value {
    explicit Value(int) {}
};
auto result = async(Hedge<58ms>{})([]() -> asio::awaitable<Value> { co_return Value{1}; });
} // namespace no_default_constructor

// expect-error: grit: an operation under a 'Hedge' cannot be copied, because it can only be moved, and every attempt owns what it uses; hold that by a std::shared_ptr instead
namespace moves_with_a_token {
struct Case {};
void call() {
    async_invoke(io, Hedge<59ms>{}, Moves<Case>{}, [](asio::error_code) {});
}
} // namespace moves_with_a_token

// expect-error: grit: a 'Hedge' was given one value only, because it cannot guess the number of attempts
namespace of_a_delay_alone {
grit::Hedge hedge{50ms};
}
