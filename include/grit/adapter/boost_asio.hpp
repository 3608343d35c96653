// SPDX-License-Identifier: BSL-1.0
#pragma once
// Boost.Asio: async() in a boost::asio::awaitable, and async_invoke() with any completion token.

#include <utility> // Boost 1.74 misses it

#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/version.hpp>
#if BOOST_ASIO_VERSION >= 102000
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#endif

#if !defined(BOOST_ASIO_HAS_CO_AWAIT)
#error "grit: Boost.Asio has no coroutines here, because it does not know those of this compiler; compile with \
-DBOOST_ASIO_HAS_CO_AWAIT -DBOOST_ASIO_HAS_STD_COROUTINE"
#endif

#include <grit/adapter/asio_coroutine.hpp>
#include <grit/adapter/asio_invoke.hpp>
#include <grit/adapter/asio_library.hpp>
#include <grit/adapter/boost_system.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {
#if BOOST_ASIO_VERSION >= 102000
GRIT_ASIO_CANCELLATION(BoostAsioCancellation, boost::asio, boost::system)
#else
using BoostAsioCancellation = NoCancellation;
#endif
GRIT_ASIO_LIBRARY(BoostAsio, BoostAsioCancellation, boost::asio, boost::system)
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
GRIT_ASIO_FRONT(BoostAsio, BoostAsioExecutor, boost::asio)
} // namespace grit::inline GRIT_ABI

GRIT_ASIO_PROBE(boost::asio)
