// SPDX-License-Identifier: BSL-1.0
// Boost.Asio that does not see the coroutines of the compiler, as with Clang 19.
// flags: -UBOOST_ASIO_HAS_CO_AWAIT -DBOOST_ASIO_DISABLE_CO_AWAIT
// expect-error: grit: Boost.Asio has no coroutines here, because it does not know those of this compiler; compile with -DBOOST_ASIO_HAS_CO_AWAIT -DBOOST_ASIO_HAS_STD_COROUTINE
#include <grit/adapter/boost_asio.hpp>
