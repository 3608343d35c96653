// SPDX-License-Identifier: BSL-1.0
#pragma once
// Asio: async() in an asio::awaitable, and async_invoke() with any completion token.

#include <version> // before Asio, which asks what the standard library has and does not include it

#include <asio/version.hpp>
#if ASIO_VERSION < 102000
#error "grit: needs Asio 1.20 or newer, because older ones have no cancellation slots; install a newer one, or name \
its directory with -I"
#include <asio_1_20_is_needed>
#endif

#include <asio/associated_allocator.hpp>
#include <asio/associated_cancellation_slot.hpp>
#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/awaitable.hpp>
#include <asio/basic_waitable_timer.hpp>
#include <asio/cancellation_signal.hpp>
#include <asio/co_spawn.hpp>
#include <asio/dispatch.hpp>
#include <asio/error.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/system_error.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>

#if !defined(ASIO_HAS_CO_AWAIT)
#error "grit: Asio has no coroutines here, because it does not know those of this compiler; compile with \
-DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE"
#endif

#include <grit/adapter/asio_coroutine.hpp>
#include <grit/adapter/asio_invoke.hpp>
#include <grit/adapter/asio_library.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {
GRIT_ASIO_CANCELLATION(StandaloneAsioCancellation, asio, asio)
GRIT_ASIO_LIBRARY(StandaloneAsio, StandaloneAsioCancellation, asio, asio)
} // namespace detail

/// Runs op(token), or op(attempt, token), inside a stage or a pipeline: for callbacks, futures, and every other token:
/// `async_invoke(executor, resilient, op, token)`. In the place of the executor there may be an execution context.
///
/// The operation returns what its initiating function returns: `[&](auto token) { return timer.async_wait(token); }`.
/// It may be called several times, and its completion is the completion of the whole: a failure is judged by its
/// error_code, or by the exception in an exception_ptr. Its handlers run on the executor, which is a strand where
/// several threads run the context. A rejection completes with its grit::errc, or with its exception. A terminal
/// cancellation through the slot of the handler completes with operation_aborted; a stop that a policy was given, with
/// the outcome that was slept for. Allocates once, by the allocator of the handler, and gives that back before the
/// handler is called. The stage is held as a pipeline holds it. What a hook throws leaves by the exception_ptr, or from
/// the function that runs the executor.
GRIT_ASIO_FRONT(StandaloneAsio, AsioExecutor, asio)
} // namespace grit::inline GRIT_ABI

GRIT_ASIO_PROBE(asio)
