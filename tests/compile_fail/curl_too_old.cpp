// SPDX-License-Identifier: BSL-1.0
// A libcurl of a distribution that is a few years old.
// expect-error: grit: needs libcurl 7.66 or newer, because older ones do not tell what Retry-After asks for; install a newer one with its headers, or name their directory with -I
#include <curl/curlver.h>
#undef LIBCURL_VERSION_NUM
#define LIBCURL_VERSION_NUM 0x073a00
#include <grit/adapter/curl.hpp>
