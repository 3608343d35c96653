// SPDX-License-Identifier: BSL-1.0
#pragma once
// In the place of redis++, which is not among the packages: the functions that docs/how_to/redis_in_production.md uses.

#include <stdexcept>
#include <string>

namespace sw::redis {

struct Error : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct ReplyError : Error {
    using Error::Error;
};
struct IoError : Error {
    using Error::Error;
};
struct TimeoutError : IoError {
    using IoError::IoError;
};

/// A Redis that has no script and whose scripts add one to each argument.
struct Redis {
    explicit Redis(std::string const&) {}
    template <class Key, class Arg, class Out>
    void evalsha(std::string const&, Key, Key, Arg, Arg, Out) {
        throw ReplyError("NOSCRIPT No matching script.");
    }
    template <class Key, class Arg, class Out>
    void eval(std::string const&, Key, Key, Arg first, Arg last, Out out) {
        for (; first != last; ++first) *out++ = std::stoll(*first) + 1;
    }
};

} // namespace sw::redis
