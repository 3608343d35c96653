// SPDX-License-Identifier: BSL-1.0
#include <grit/core/result.hpp>

#include <optional>
#include <string>

#include "support/catch.hpp"

using namespace grit;

namespace {

enum class Code { refused, busy };

template <class E>
struct Expected {
    bool ok;
    E failure;
    constexpr bool has_value() const { return ok; }
    constexpr E const& error() const { return failure; }
};

struct Base : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Derived : Base {
    using Base::Base;
};

constexpr int as_int(Code code) { return static_cast<int>(code); }
constexpr int as_int(auto const&) { return -1; }

} // namespace

TEST_CASE("a result with has_value() and error() is expected-like") {
    STATIC_REQUIRE(ExpectedLike<Expected<int>>);
    STATIC_REQUIRE_FALSE(ExpectedLike<std::optional<int>>);
    STATIC_REQUIRE_FALSE(ExpectedLike<int>);
    STATIC_REQUIRE_FALSE(ExpectedLike<std::error_code>);
}

TEST_CASE("a plain value has no error channel") {
    STATIC_REQUIRE_FALSE(ErrorChannel<int>::exists);
    STATIC_REQUIRE_FALSE(ErrorChannel<std::optional<int>>::exists);
    STATIC_REQUIRE_FALSE(ErrorChannel<std::monostate>::exists);
    STATIC_REQUIRE(std::is_same_v<ErrorChannel<bool>::Errors, Types<>>);
}

TEST_CASE("an expected-like result fails by default") {
    using Channel = ErrorChannel<Expected<Code>>;
    STATIC_REQUIRE(Channel::exists);
    STATIC_REQUIRE(Channel::by_default);
    STATIC_REQUIRE(std::is_same_v<Channel::Errors, Types<Code>>);
    STATIC_REQUIRE(Channel::failed(Expected<Code>{false, Code::busy}));
    STATIC_REQUIRE_FALSE(Channel::failed(Expected<Code>{true, {}}));
    STATIC_REQUIRE(Channel::visit<int>(Expected<Code>{false, Code::busy}, [](Code c) { return as_int(c); }) == 1);
}

TEST_CASE("an error that is a variant is seen as the alternative it holds") {
    using Error = std::variant<std::string, Code>;
    using Channel = ErrorChannel<Expected<Error>>;
    STATIC_REQUIRE(std::is_same_v<Channel::Errors, Types<std::string, Code>>);
    auto const number = [](auto const& error) { return as_int(error); };
    REQUIRE(Channel::visit<int>(Expected<Error>{false, Code::busy}, number) == 1);
    REQUIRE(Channel::visit<int>(Expected<Error>{false, "refused"}, number) == -1);
}

TEST_CASE("a variant with equal alternatives is seen by position") {
    using Twice = std::variant<int, int>;
    auto const self = [](int n) { return n; };
    STATIC_REQUIRE(ErrorChannel<Twice>::visit<int>(Twice{std::in_place_index<1>, 7}, self) == 7);
}

TEST_CASE("a std::error_code fails by default if it is set") {
    using Channel = ErrorChannel<std::error_code>;
    STATIC_REQUIRE(Channel::by_default);
    REQUIRE_FALSE(Channel::failed({}));
    auto const timed_out = std::make_error_code(std::errc::timed_out);
    REQUIRE(Channel::failed(timed_out));
    REQUIRE(Channel::visit<bool>(timed_out, [&](std::error_code e) { return e == timed_out; }));
}

TEST_CASE("a variant fails only if a predicate names one of its alternatives") {
    using Channel = ErrorChannel<std::variant<int, Code>>;
    STATIC_REQUIRE(Channel::exists);
    STATIC_REQUIRE_FALSE(Channel::by_default);
    STATIC_REQUIRE(std::is_same_v<Channel::Errors, Types<int, Code>>);
}

TEST_CASE("can_name tells if an error in a result can be one of the named") {
    STATIC_REQUIRE(can_name<Expected<Code>, Code>);
    STATIC_REQUIRE(can_name<Expected<Derived>, Base>);
    STATIC_REQUIRE(can_name<std::variant<int, Code>, std::string, Code>);
    STATIC_REQUIRE(can_name<std::error_code, std::error_code>);
    STATIC_REQUIRE_FALSE(can_name<Expected<Base>, Derived>);
    STATIC_REQUIRE_FALSE(can_name<Expected<Code>, std::string>);
    STATIC_REQUIRE_FALSE(can_name<int, int>);
    STATIC_REQUIRE_FALSE(can_name<Expected<Rejected>, std::runtime_error>);
    STATIC_REQUIRE(can_name<Expected<Rejected>, Rejected>);
}

namespace {

struct Status { // as absl::Status and its like
    int code = 0;
    constexpr bool ok() const { return code == 0; }
    constexpr int error() const { return code; }
};

} // namespace

TEST_CASE("a result with ok() and error() is expected-like", "[R-287]") {
    STATIC_REQUIRE(ExpectedLike<Status>);
    STATIC_REQUIRE(ErrorChannel<Status>::by_default);
    STATIC_REQUIRE(ErrorChannel<Status>::failed(Status{3}));
    STATIC_REQUIRE_FALSE(ErrorChannel<Status>::failed(Status{}));
    STATIC_REQUIRE(std::is_same_v<ErrorChannel<Status>::Errors, Types<int>>);
}
