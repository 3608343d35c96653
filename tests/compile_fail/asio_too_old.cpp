// SPDX-License-Identifier: BSL-1.0
// An Asio of a distribution that is a few years old.
// expect-error: grit: needs Asio 1.20 or newer, because older ones have no cancellation slots; install a newer one, or name its directory with -I
#include <asio/version.hpp>
#undef ASIO_VERSION
#define ASIO_VERSION 101801
#include <grit/adapter/asio.hpp>
