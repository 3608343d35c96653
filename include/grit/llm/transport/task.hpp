// SPDX-License-Identifier: BSL-1.0
#pragma once
// A coroutine that runs when it is awaited, for the calls that many exchanges at a time are made of.

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

struct TaskPromise {
    std::coroutine_handle<> after = std::noop_coroutine();
    std::exception_ptr error = {};

    struct Last {
        static bool await_ready() noexcept { return false; }
        template <class P>
        static std::coroutine_handle<> await_suspend(std::coroutine_handle<P> ended) noexcept {
            return ended.promise().after;
        }
        static void await_resume() noexcept {}
    };
    static std::suspend_always initial_suspend() noexcept { return {}; }
    static Last final_suspend() noexcept { return {}; }
    void unhandled_exception() noexcept { error = std::current_exception(); }
};

template <class R>
struct TaskPromiseOf : TaskPromise {
    std::optional<R> result = {};
    void return_value(R value) { result.emplace(std::move(value)); }
    R give() { return std::move(*result); }
};
template <>
struct TaskPromiseOf<void> : TaskPromise {
    static void return_void() noexcept {}
    static void give() noexcept {}
};

} // namespace detail

/// A coroutine that gives an R. It runs when it is awaited or started; destroyed, it takes along what it awaits.
///
/// Thread safety: one thread at a time.
template <class R>
class [[nodiscard]] Task {
public:
    struct promise_type : detail::TaskPromiseOf<R> {
        Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    };

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    /// Runs it until it waits for something. To be called once, unless it is awaited.
    void start() { handle_.resume(); }
    bool is_done() const noexcept { return handle_.done(); }
    /// Requires: it is done. Returns: what it gave, once. Throws: what it threw.
    R get() {
        if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
        return handle_.promise().give();
    }

    struct Awaiter {
        Task& task;
        static bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> after) noexcept {
            task.handle_.promise().after = after;
            return task.handle_;
        }
        R await_resume() { return task.get(); }
    };
    Awaiter operator co_await() && noexcept { return Awaiter{*this}; }

private:
    explicit Task(std::coroutine_handle<promise_type> handle) noexcept : handle_(handle) {}

    std::coroutine_handle<promise_type> handle_;
};

} // namespace grit::inline GRIT_ABI::llm
