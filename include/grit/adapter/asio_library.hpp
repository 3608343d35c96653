// SPDX-License-Identifier: BSL-1.0
#pragma once
// What asio.hpp and boost_asio.hpp say alike: the names of Asio, which has two namespaces.

// Macros, because a namespace cannot be an argument of a template. They hold names and nothing else: what is done with
// them stands in the other headers asio_*.hpp.

/// Defines LIBRARY, how the library says cancellation.
#define GRIT_ASIO_CANCELLATION(LIBRARY, ASIO, SYSTEM)                                                                  \
    struct LIBRARY {                                                                                                   \
        static constexpr bool cancels = true;                                                                          \
        using Slot = ASIO::cancellation_slot;                                                                          \
        using Signal = ASIO::cancellation_signal;                                                                      \
        using CancellationType = ASIO::cancellation_type;                                                              \
                                                                                                                       \
        static void emit_terminal(Signal& signal) { signal.emit(CancellationType::terminal); }                         \
        template <class Handler>                                                                                       \
        static auto slot_of(Handler const& handler) noexcept {                                                         \
            return ASIO::get_associated_cancellation_slot(handler);                                                    \
        }                                                                                                              \
        static ASIO::this_coro::cancellation_state_t this_cancellation() noexcept { return {}; }                       \
        template <class State>                                                                                         \
        static void check(State const& state) {                                                                        \
            if (!!state.cancelled())                                                                                   \
                throw SYSTEM::system_error(ASIO::error::make_error_code(ASIO::error::operation_aborted));              \
        }                                                                                                              \
    };

/// Defines LIBRARY, the names of the library; CANCELLATION is how it says that.
#define GRIT_ASIO_LIBRARY(LIBRARY, CANCELLATION, ASIO, SYSTEM)                                                         \
    struct LIBRARY : CANCELLATION {                                                                                    \
        using Code = SYSTEM::error_code;                                                                               \
        using SystemError = SYSTEM::system_error;                                                                      \
                                                                                                                       \
        template <class Ex>                                                                                            \
        using Timer =                                                                                                  \
            ASIO::basic_waitable_timer<std::chrono::steady_clock, ASIO::wait_traits<std::chrono::steady_clock>, Ex>;   \
        template <class T, class Ex>                                                                                   \
        using Awaitable = ASIO::awaitable<T, Ex>;                                                                      \
        template <class Handler>                                                                                       \
        using AllocatorOf = ASIO::associated_allocator_t<Handler>;                                                     \
        template <class Handler, class Ex>                                                                             \
        using ExecutorOf = ASIO::associated_executor_t<Handler, Ex>;                                                   \
        template <class Ex>                                                                                            \
        using WorkGuard = ASIO::executor_work_guard<Ex>;                                                               \
                                                                                                                       \
        static std::chrono::steady_clock::time_point point(TimePoint at) {                                             \
            return std::chrono::steady_clock::time_point{at.time_since_epoch()};                                       \
        }                                                                                                              \
        static Code aborted() { return ASIO::error::make_error_code(ASIO::error::operation_aborted); }                 \
                                                                                                                       \
        template <class Handler>                                                                                       \
        static auto allocator_of(Handler const& handler) noexcept {                                                    \
            return ASIO::get_associated_allocator(handler);                                                            \
        }                                                                                                              \
        template <class Handler, class Ex>                                                                             \
        static auto executor_of(Handler const& handler, Ex const& ex) noexcept {                                       \
            return ASIO::get_associated_executor(handler, ex);                                                         \
        }                                                                                                              \
        template <class Ex, class F>                                                                                   \
        static void post(Ex const& ex, F&& f) {                                                                        \
            ASIO::post(ex, static_cast<F&&>(f));                                                                       \
        }                                                                                                              \
        template <class Ex, class F>                                                                                   \
        static void dispatch(Ex const& ex, F&& f) {                                                                    \
            ASIO::dispatch(ex, static_cast<F&&>(f));                                                                   \
        }                                                                                                              \
        template <class Token, class Signature, class Initiation, class... Args>                                       \
        static auto initiate(Initiation&& initiation, Token& token, Args&&... args) {                                  \
            return ASIO::async_initiate<Token, Signature>(static_cast<Initiation&&>(initiation), token,                \
                                                          static_cast<Args&&>(args)...);                               \
        }                                                                                                              \
                                                                                                                       \
        static ASIO::this_coro::executor_t this_executor() noexcept { return {}; }                                     \
        template <class Ex>                                                                                            \
        static auto awaiting(Code& code) {                                                                             \
            return ASIO::redirect_error(ASIO::use_awaitable_t<Ex>{}, code);                                            \
        }                                                                                                              \
        template <class Ex>                                                                                            \
        static ASIO::use_awaitable_t<Ex> awaiting() {                                                                  \
            return {};                                                                                                 \
        }                                                                                                              \
        template <class Ex, class Task, class Handler>                                                                 \
        static void co_spawn(Ex const& ex, Task task, Handler handler) {                                               \
            ASIO::co_spawn(ex, std::move(task), std::move(handler));                                                   \
        }                                                                                                              \
    };

/// Defines the concept EXECUTOR and both front doors for it.
#define GRIT_ASIO_FRONT(LIBRARY, EXECUTOR, ASIO)                                                                       \
    template <class Ex>                                                                                                \
    concept EXECUTOR = requires(Ex const& ex) {                                                                        \
        { ASIO::query(ex, ASIO::execution::context) } -> std::convertible_to<ASIO::execution_context&>;                \
    };                                                                                                                 \
                                                                                                                       \
    template <class T, class Ex>                                                                                       \
    struct AsyncTraits<ASIO::awaitable<T, Ex>> : detail::AsioTraits<detail::LIBRARY, T, Ex> {};                        \
                                                                                                                       \
    template <int Exceptions = GRIT_EXCEPTIONS, EXECUTOR Ex, class S, class Op, class Token>                           \
        requires(detail::check_stage<std::remove_reference_t<S>>())                                                    \
    auto async_invoke(Ex const& executor, S&& stage, Op op, Token&& token) {                                           \
        return detail::asio_invoke<detail::LIBRARY, Exceptions>(executor, static_cast<S&&>(stage), std::move(op),      \
                                                                static_cast<Token&&>(token));                          \
    }                                                                                                                  \
    template <int Exceptions = GRIT_EXCEPTIONS, std::derived_from<ASIO::execution_context> Context, class S, class Op, \
              class Token>                                                                                             \
        requires(detail::check_stage<std::remove_reference_t<S>>())                                                    \
    auto async_invoke(Context& context, S&& stage, Op op, Token&& token) {                                             \
        return grit::async_invoke<Exceptions>(context.get_executor(), static_cast<S&&>(stage), std::move(op),          \
                                              static_cast<Token&&>(token));                                            \
    }

/// Tells the signature of an operation. Outside every namespace.
#define GRIT_ASIO_PROBE(ASIO)                                                                                          \
    template <class Signature>                                                                                         \
    class ASIO::async_result<grit::detail::AsioProbe, Signature> {                                                     \
    public:                                                                                                            \
        using return_type = grit::detail::AsioSignature<Signature>;                                                    \
        template <class Initiation, class... Args>                                                                     \
        static return_type initiate(Initiation&&, grit::detail::AsioProbe, Args&&...) {                                \
            return {};                                                                                                 \
        }                                                                                                              \
    };
