// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/system_error.hpp>

#include <cerrno>
#include <fstream>
#include <string>

#include <sys/socket.h>
#include <unistd.h>

#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;

namespace {

std::error_code last_error() { return {errno, std::system_category()}; }

} // namespace

TEST_CASE("errors of the operating system are transient or not") {
    for (std::errc const code : {std::errc::timed_out, std::errc::connection_refused, std::errc::connection_reset,
                                 std::errc::resource_unavailable_try_again, std::errc::interrupted,
                                 std::errc::device_or_resource_busy, std::errc::too_many_files_open})
        CHECK(is_transient(std::make_error_code(code)));
    for (std::errc const code :
         {std::errc::permission_denied, std::errc::no_such_file_or_directory, std::errc::invalid_argument,
          std::errc::no_space_on_device, std::errc::bad_file_descriptor, std::errc::address_in_use,
          std::errc::operation_canceled, std::errc::not_enough_memory})
        CHECK_FALSE(is_transient(std::make_error_code(code)));
    CHECK_FALSE(is_transient({}));
}

TEST_CASE("a code of the system is known by what it means") {
    CHECK(is_transient({ETIMEDOUT, std::system_category()}));
    CHECK(is_transient({EAGAIN, std::system_category()}));
    CHECK(is_transient({EWOULDBLOCK, std::generic_category()}));
    CHECK_FALSE(is_transient({EACCES, std::system_category()}));
    CHECK_FALSE(is_transient(std::make_error_code(std::io_errc::stream)));
}

TEST_CASE("a call of the system that would block is retried until it does not") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    constexpr Retrying<StopAfterAttempt<5>, RetryTransientSystemError> retrying;
    int calls = 0;
    char received = 0;
    std::error_code const code = retrying([&]() -> std::error_code {
        if (++calls == 3) REQUIRE(::write(ends[1], "x", 1) == 1);
        return ::read(ends[0], &received, 1) == 1 ? std::error_code{} : last_error();
    });
    REQUIRE_FALSE(code);
    REQUIRE(received == 'x');
    REQUIRE(calls == 3);
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a std::system_error is retried by its code") {
    constexpr Retrying<StopAfterAttempt<3>, RetryTransientSystemError> retrying;
    int calls = 0;
    REQUIRE_THROWS_AS(retrying([&] {
                          ++calls;
                          throw std::system_error{std::make_error_code(std::errc::broken_pipe)};
                      }),
                      std::system_error);
    REQUIRE(calls == 3);
    calls = 0;
    REQUIRE_THROWS_AS(retrying([&] {
                          ++calls;
                          std::ifstream file;
                          file.exceptions(std::ifstream::failbit);
                          file.open("/nonexistent/file"); // a std::ios_base::failure, which is a std::system_error
                      }),
                      std::system_error);
    REQUIRE(calls == 1);
}
