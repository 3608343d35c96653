// SPDX-License-Identifier: BSL-1.0
#pragma once
// The third way to drive the same stages: a coroutine, whose sleeps move the manual time.

#include "laws/expansions.hpp"
#include "support/task.hpp"

namespace grit::test {

struct InCoroutine {
    /// Suspends, and moves the time when it is resumed.
    struct Sleep {
        World* world;
        std::coroutine_handle<>* asleep;
        Duration wait;
        static bool await_ready() noexcept { return false; }
        void await_suspend(std::coroutine_handle<> handle) const { *asleep = handle; }
        void await_resume() const { world->time.sleep(wait); }
    };
    struct Sleeper {
        World* world;
        std::coroutine_handle<>* asleep;
        Sleep sleep(Duration d, auto const&) const { return {world, asleep, d}; } // nobody wakes the only call there is
    };

    static int call(World& w, Attempt const& at, auto const& stages, auto const& op) {
        std::coroutine_handle<> asleep;
        auto task = async(pipeline(Surround{at.context()}, stages),
                          Sleeper{&w, &asleep})([&op](Attempt const& inner) -> Task<int> { co_return op(inner); });
        task.start();
        while (!task.is_done()) asleep.resume();
        return task.get();
    }
};

} // namespace grit::test
