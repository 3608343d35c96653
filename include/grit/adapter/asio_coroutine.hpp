// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: how a call sleeps, is cancelled and is limited inside an awaitable.

#include <grit/adapter/asio_limit.hpp>
#include <grit/adapter/asio_race.hpp>
#include <grit/async/async.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The timer of one sleep that another thread may end. The thread that rings only posts: a timer belongs to its
/// executor.
template <class Library, class Ex>
class AsioBell : public std::enable_shared_from_this<AsioBell<Library, Ex>> {
public:
    explicit AsioBell(Ex const& executor) : timer(executor) {}

    Waker waker() noexcept { return Waker{this, &ring}; }

    typename Library::template Timer<Ex> timer;

private:
    static void ring(void* self) {
        auto bell = static_cast<AsioBell*>(self)->shared_from_this();
        auto const executor = bell->timer.get_executor();
        Library::post(executor, [bell = std::move(bell)] { bell->timer.cancel(); });
    }
};

/// Sleeps in an awaitable, on a timer of its executor.
template <class Library, class Ex>
struct AsioSleeper {
    template <class T>
    using Awaitable = typename Library::template Awaitable<T, Ex>;

    template <class Flow>
    Awaitable<void> sleep(Duration d, EarlyWake<Flow>& early) const {
        auto const executor = co_await Library::this_executor();
        typename Library::Code code;
        TimePoint const end = saturating_add(SteadyTime{}.now(), d);
        if (!early.is_possible()) {
            typename Library::template Timer<Ex> timer(executor);
            timer.expires_at(Library::point(end));
            co_await timer.async_wait(Library::template awaiting<Ex>(code));
        } else {
            auto const bell = std::make_shared<AsioBell<Library, Ex>>(executor);
            bell->timer.expires_at(Library::point(end));
            auto const armed = early.arm(bell->waker()); // until the timer is gone
            co_await bell->timer.async_wait(Library::template awaiting<Ex>(code));
        }
    }
};

/// What awaitables offer, for AsyncTraits.
template <class Library, class T, class Ex>
struct AsioTraits {
    using Sleeper = AsioSleeper<Library, Ex>;
    using Task = typename Library::template Awaitable<T, Ex>;

    static auto asked()
        requires Library::cancels
    {
        return Library::this_cancellation();
    }
    template <class State>
    static void check(State const& state) {
        Library::check(state);
    }

    static Task limit(Task task, Duration d)
        requires Library::cancels
    {
        auto const executor = co_await Library::this_executor();
        if constexpr (std::is_void_v<T>) co_await spawned(executor, std::move(task), d);
        else if constexpr (std::is_default_constructible_v<T>) co_return co_await spawned(executor, std::move(task), d);
        else {
            Late<T> result;
            co_await AsioTraits<Library, void, Ex>::spawned(executor, kept(std::move(task), result), d);
            co_return result->give();
        }
    }

    static constexpr bool has_any = std::is_void_v<T> || std::is_default_constructible_v<T>;
    static consteval bool check_race() {
        static_assert(is_met<(has_any)>,
                      "grit: an operation under a 'Hedge' gives a type without a default constructor, because the "
                      "handler of an attempt is given a value beside an error; give a std::optional of it instead");
        return Library::cancels;
    }
    static constexpr bool races = check_race();
    /// Refers to the hedge while the task runs; the attempts that it leaves behind do not.
    template <int Exceptions, class H, class Start>
    static Task race(H& hedge, Attempt at, Start start) {
        auto const executor = co_await Library::this_executor();
        if constexpr (has_any) {
            // It has a name because GCC 12 destroys twice what a lambda in the operand of a co_await holds.
            auto launch = [executor, start = std::move(start)](Attempt const& one, auto handler) {
                Library::co_spawn(executor, start(one), std::move(handler));
            };
            co_return co_await async_race<Library, Exceptions, Signature>(executor, hedge, at, std::move(launch),
                                                                          Library::template awaiting<Ex>());
        }
    }

    template <class Executor>
    static auto spawned(Executor const& executor, Task task, Duration d) {
        return async_limited<Library, Signature>(
            executor, d,
            [executor, task = std::move(task)](auto handler) mutable {
                Library::co_spawn(executor, std::move(task), std::move(handler));
            },
            Library::template awaiting<Ex>());
    }

private:
    using Parameter = Conditional<std::is_void_v<T>, int, T>;
    using Signature = typename Conditional<std::is_void_v<T>, std::type_identity<void(std::exception_ptr)>,
                                           std::type_identity<void(std::exception_ptr, Parameter)>>::type;

    /// A result that cannot be made without a value waits beside the operation.
    template <class Result>
    static typename Library::template Awaitable<void, Ex> kept(Task task, Late<Result>& result) {
        Result value = co_await std::move(task);
        auto const make = [&]() -> Result { return static_cast<Result&&>(value); };
        result.emplace(make);
    }
};

} // namespace grit::inline GRIT_ABI::detail
