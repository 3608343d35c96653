// SPDX-License-Identifier: BSL-1.0
#include <grit/core/errc.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a reason why an operation was not called is a std::error_code") {
    std::error_code const code = errc::circuit_open;
    REQUIRE(code == errc::circuit_open);
    REQUIRE(code != errc::rate_limited);
    REQUIRE(code.category() == grit_category());
    REQUIRE(std::string{code.category().name()} == "grit");
    REQUIRE(code.message() == "the circuit is open");
    REQUIRE(std::error_code{99, grit_category()}.message() == "unknown");
    REQUIRE(bool(make_error_code(errc::deadline_exceeded)));
}

TEST_CASE("a deadline and a cancellation mean what they mean elsewhere") {
    REQUIRE(make_error_code(errc::deadline_exceeded) == std::errc::timed_out);
    REQUIRE(make_error_code(errc::attempt_timed_out) == std::errc::timed_out);
    REQUIRE(make_error_code(errc::cancelled) == std::errc::operation_canceled);
    REQUIRE(make_error_code(errc::bulkhead_full) != std::errc::timed_out);
}

TEST_CASE("a cancelled operation of standalone Asio was cancelled, though its code equals no std::errc", "[R-220]") {
    class Category final : public std::error_category {
    public:
        explicit Category(char const* name) : name_(name) {}
        char const* name() const noexcept override { return name_; }
        std::string message(int) const override { return "Operation aborted."; }

    private:
        char const* name_;
    };
    Category const asio{"asio.system"};
    Category const other{"other"};
    std::error_code const aborted{static_cast<int>(std::errc::operation_canceled), asio};
    CHECK(aborted != std::errc::operation_canceled);
    CHECK(CancelledError<std::error_code>::ask(aborted));
    CHECK(CancelledError<std::system_error>::ask(std::system_error{aborted}));
    CHECK_FALSE(CancelledError<std::error_code>::ask({static_cast<int>(std::errc::timed_out), asio}));
    CHECK_FALSE(CancelledError<std::error_code>::ask({static_cast<int>(std::errc::operation_canceled), other}));
}
