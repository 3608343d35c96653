// SPDX-License-Identifier: BSL-1.0
#pragma once
// A lazy coroutine, and a loop in virtual time that resumes those that sleep. Nothing here waits.

#include <atomic>
#include <coroutine>
#include <cstdlib>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include <grit/async/async.hpp>
#include <grit/time/manual.hpp>
#include <grit/timeout/attempt_timed_out.hpp>

namespace grit::test {

/// How many frames of Tasks there are, and how many there have been.
struct Frames {
    static inline std::atomic<int> alive{0};
    static inline std::atomic<int> made{0};
};

namespace task_detail {

struct Promise {
    std::coroutine_handle<> after = std::noop_coroutine();
    std::exception_ptr error;

    static void* operator new(std::size_t size) {
        void* const memory = std::malloc(size);
        if (memory == nullptr) throw std::bad_alloc{};
        ++Frames::alive;
        ++Frames::made;
        return memory;
    }
    static void operator delete(void* memory) noexcept {
        --Frames::alive;
        std::free(memory);
    }

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
    void unhandled_exception() { error = std::current_exception(); }
};

template <class R>
struct PromiseOf : Promise {
    std::optional<R> result;
    template <class U>
    void return_value(U&& value) {
        result.emplace(static_cast<U&&>(value));
    }
    R give() { return std::move(*result); }
};
template <class R>
struct PromiseOf<R&> : Promise {
    R* result = nullptr;
    void return_value(R& value) { result = &value; }
    R& give() { return *result; }
};
template <>
struct PromiseOf<void> : Promise {
    static void return_void() noexcept {}
    static void give() noexcept {}
};

} // namespace task_detail

/// A coroutine that runs when it is awaited or started. Destroyed, it takes along what it awaits.
template <class R>
class [[nodiscard]] Task {
public:
    struct promise_type : task_detail::PromiseOf<R> {
        Task get_return_object() { return Task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    };

    Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Task& operator=(Task&&) = delete;
    ~Task() {
        if (handle_) handle_.destroy();
    }

    /// Runs it until it waits for something.
    void start() { handle_.resume(); }
    bool is_done() const { return handle_.done(); }
    /// Requires: it is done. Throws: what it threw.
    R get() {
        if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
        return handle_.promise().give();
    }
    /// Returns: what runs next, if `after` waits for the end of this.
    std::coroutine_handle<> started_for(std::coroutine_handle<> after) {
        handle_.promise().after = after;
        return handle_;
    }

    struct Awaiter {
        Task& task;
        static bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> after) { return task.started_for(after); }
        R await_resume() { return task.get(); }
    };
    Awaiter operator co_await() && { return Awaiter{*this}; }

private:
    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    std::coroutine_handle<promise_type> handle_;
};

/// Resumes what sleeps, in the order of its time, and moves the clock there.
class Loop {
public:
    explicit Loop(ManualTime& time) : time_(time) { now_running = this; }
    Loop(Loop const&) = delete;
    Loop& operator=(Loop const&) = delete;
    ~Loop() { now_running = nullptr; }

    /// A sleep. Destroyed, it is none.
    class Sleep {
    public:
        Sleep(Loop& loop, Duration d) : loop_(loop), end_(saturating_add(loop.time_.now(), d)) {
            loop.slept_.push_back(d);
        }
        Sleep(Sleep const&) = delete;
        Sleep& operator=(Sleep const&) = delete;
        ~Sleep() { std::erase(loop_.asleep_, this); }

        static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> waiting) {
            waiting_ = waiting;
            loop_.asleep_.push_back(this);
        }
        static void await_resume() noexcept {}
        bool is_over() const { return end_ <= loop_.time_.now() || rung_; }

    protected:
        static void ring(void* self) { static_cast<Sleep*>(self)->rung_ = true; }

    private:
        friend class Loop;
        Loop& loop_;
        TimePoint end_;
        std::coroutine_handle<> waiting_;
        std::atomic<bool> rung_{false};
    };
    /// A sleep that may be ended early.
    template <class Early>
    class WakingSleep : public Sleep {
    public:
        WakingSleep(Loop& loop, Duration d, Early& early) : Sleep(loop, d), early_(early) {}
        void await_suspend(std::coroutine_handle<> waiting) {
            Sleep::await_suspend(waiting);
            armed_.emplace(early_, Waker{static_cast<Sleep*>(this), &Sleep::ring});
        }

    private:
        Early& early_;
        std::optional<typename Early::Armed> armed_;
    };

    /// Resumes the next one that sleeps. Returns: false if nobody does.
    bool step() {
        if (asleep_.empty()) return false;
        Sleep* next = asleep_.front();
        for (Sleep* const one : asleep_)
            if (one->rung_ && !next->rung_) next = one;
            else if (one->rung_ == next->rung_ && one->end_ < next->end_) next = one;
        if (!next->rung_ && next->end_ > time_.now())
            time_.advance(Duration{next->end_.time_since_epoch() - time_.now().time_since_epoch()});
        std::erase(asleep_, next);
        next->waiting_.resume();
        return true;
    }
    void run() {
        while (step()) {
        }
    }
    /// Runs it to its end. Returns what it gives.
    template <class R>
    R run(Task<R> task) {
        task.start();
        while (!task.is_done() && step()) {
        }
        if (!task.is_done()) std::abort(); // it waits for nothing that will come
        return task.get();
    }

    bool is_idle() const { return asleep_.empty(); }
    ManualTime& time() { return time_; }
    /// Every sleep that was asked for, in order.
    std::vector<Duration> const& slept() const { return slept_; }

    static inline thread_local Loop* now_running = nullptr;

private:
    ManualTime& time_;
    std::vector<Sleep*> asleep_;
    std::vector<Duration> slept_;
};

/// Sleeps in the loop of the thread.
struct LoopSleeper {
    static auto sleep(Duration d) { return Loop::Sleep{*Loop::now_running, d}; }
    template <class Early>
    static auto sleep(Duration d, Early& early) {
        return Loop::WakingSleep<Early>{*Loop::now_running, d, early};
    }
};

/// Gives what runs inside it a context, as if somebody had handed one in.
struct Surround : StageInterface<Surround> {
    Context const* context;
    explicit Surround(Context const& c) : context(&c) {}

    struct Call {
        Context const* context;
        static void start(Attempt const&) noexcept {}
        Attempt attempt(Attempt const&) const { return Attempt{1, Duration::zero(), *context}; }
    };
    Call call(Attempt const&) const { return {context}; }
};

} // namespace grit::test

/// A Task sleeps in the loop, and is ended by being destroyed.
template <class R>
struct grit::AsyncTraits<grit::test::Task<R>> {
    using Sleeper = grit::test::LoopSleeper;

    static grit::test::Task<R> limit(grit::test::Task<R> task, Duration d) {
        struct Race {
            grit::test::Task<R>& task;
            grit::test::Loop::Sleep timer;
            static bool await_ready() noexcept { return false; }
            std::coroutine_handle<> await_suspend(std::coroutine_handle<> after) {
                timer.await_suspend(after);
                return task.started_for(after);
            }
            static void await_resume() noexcept {}
        };
        co_await Race{task, {*grit::test::Loop::now_running, d}};
        if (!task.is_done()) throw AttemptTimedOut{d};
        co_return task.get();
    }
};
