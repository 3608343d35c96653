// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/asio_redis.hpp>

#define STORE "asio_redis"
namespace {
using Store = grit::AsioStore;
}
#include "adapter/redis_tests.hpp"
