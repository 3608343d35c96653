// SPDX-License-Identifier: BSL-1.0
// Asio that does not see the coroutines of the compiler, as with Clang 19.
// flags: -UASIO_HAS_CO_AWAIT -DASIO_DISABLE_CO_AWAIT
// expect-error: grit: Asio has no coroutines here, because it does not know those of this compiler; compile with -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE
#include <grit/adapter/asio.hpp>
