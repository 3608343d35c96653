// SPDX-License-Identifier: BSL-1.0
// Operations and stages that async_invoke() cannot join.
#include <grit/adapter/asio.hpp>

#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <grit.hpp>

using namespace std::chrono_literals;
using namespace grit;

namespace {
asio::io_context io;
asio::steady_timer timer{io};
constexpr Retrying<StopAfterAttempt<3>, WaitFixed<1s>> three;
} // namespace

// expect-error: grit: async_invoke was given an operation that does not say how it completes, because it returns nothing for its token; write
namespace no_return {
void call() {
    async_invoke(io, three, [](auto token) { timer.async_wait(token); }, [](std::error_code) {});
}
} // namespace no_return

// expect-error: grit: a call can be refused where nothing can say so, because the operation completes without an error_code or an exception_ptr; use
namespace nothing_can_say_so {
Bulkhead<1> bulkhead;
void call() {
    auto const op = []<class Token>(Token token) { return asio::async_initiate<Token, void(int)>([](auto) {}, token); };
    async_invoke(io, bulkhead, op, [](int) {});
}
} // namespace nothing_can_say_so

// expect-error: grit: async_invoke was given an operation that completes with a type without a default constructor, because
namespace nothing_to_give {
struct Socket {
    explicit Socket(asio::io_context&) {}
};
void call() {
    auto const op = []<class Token>(Token token) {
        return asio::async_initiate<Token, void(std::error_code, Socket)>([](auto) {}, token);
    };
    async_invoke(io, three, op, [](std::error_code, Socket) {});
}
} // namespace nothing_to_give

// expect-error: grit: an 'AttemptTimeout' stands around an operation that cannot be ended, because this version of Asio has no cancellation slots; use
namespace without_slots {
struct Old : detail::StandaloneAsio {
    static constexpr bool cancels = false;
};
void call() {
    auto handler = [](std::error_code) {};
    detail::asio_invoke<Old, 1>(
        io.get_executor(), AttemptTimeout<1s>{}, [](auto token) { return timer.async_wait(std::move(token)); },
        handler);
}
} // namespace without_slots

// expect-error: grit: .* can end it from outside; take one and ask remaining\(\), or use AttemptTimeout<D>
namespace deadline_that_nobody_hears {
void call() {
    async_invoke(
        io, Deadline<1s>{}, [](auto token) { return timer.async_wait(std::move(token)); }, [](std::error_code) {});
}
} // namespace deadline_that_nobody_hears

// expect-error: grit: an 'AttemptTimeoutOnThread' stands in a call for which no thread waits, because
namespace on_a_thread {
void call() {
    async_invoke(
        io, AttemptTimeoutOnThread<2s>{}, [](auto token) { return timer.async_wait(std::move(token)); },
        [](std::error_code) {});
}
} // namespace on_a_thread
