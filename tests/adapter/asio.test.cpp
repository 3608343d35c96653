// SPDX-License-Identifier: BSL-1.0
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wsubobject-linkage" // the lambdas of the tests stand in a header
#endif
#include <grit/adapter/asio.hpp>

#include <asio/bind_cancellation_slot.hpp>
#include <asio/bind_executor.hpp>
#include <asio/experimental/as_tuple.hpp>
#include <asio/experimental/deferred.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/use_future.hpp>

#include <grit/circuit_breaker.hpp>

#define LIBRARY "Asio"
#define HAS_CANCELLATION 1

namespace {
namespace net = asio;
using Code = asio::error_code;
using SystemError = asio::system_error;
template <class... Policies>
using BreakerOfTheLibrary = grit::CircuitBreaker<Policies...>;
constexpr auto& deferred = asio::experimental::deferred;
template <class Token>
auto tuple_of(Token token) {
    return asio::experimental::as_tuple(token);
}
} // namespace

#include "adapter/asio_tests.hpp"
