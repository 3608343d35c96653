// SPDX-License-Identifier: BSL-1.0
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wsubobject-linkage" // the lambdas of the tests stand in a header
#endif
#include <grit/adapter/boost_asio.hpp>

#include <grit/circuit_breaker.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>
#if BOOST_ASIO_VERSION >= 102500
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/deferred.hpp>
#define HAS_CANCELLATION 1
#else
#define HAS_CANCELLATION 0
#endif

#define LIBRARY "Boost.Asio"

namespace {
namespace net = boost::asio;
using Code = boost::system::error_code;
using SystemError = boost::system::system_error;
template <class... Policies> // neutral is what was cancelled
using BreakerOfTheLibrary = grit::CircuitBreaker<Policies..., grit::IgnoreBoostCancellation>;
#if HAS_CANCELLATION
constexpr auto& deferred = boost::asio::deferred;
template <class Token>
auto tuple_of(Token token) {
    return boost::asio::as_tuple(token);
}
#endif
} // namespace

#include "adapter/asio_tests.hpp"
