// SPDX-License-Identifier: BSL-1.0
#include <grit/core/failure.hpp>

#include <optional>

#include "support/catch.hpp"

using namespace grit;

namespace {

enum class Code { refused, busy };

template <class E>
struct Expected {
    E failure;
    bool has_value() const { return false; }
    E const& error() const { return failure; }
};

struct ByValue {
    Code failure;
    bool has_value() const { return false; }
    Code error() const { return failure; }
};

struct WithMessage {
    std::string message() const { return "out of paper"; }
};
struct Silent {
    int number;
};

struct Timeout : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Beside {
    virtual ~Beside() = default;
};
struct Both : Beside, Timeout {
    Both() : Timeout("both") {}
};

} // namespace

TEST_CASE("a Failure of an exception: what, as and exception") {
    try {
        throw Timeout("too late");
    } catch (std::exception const& caught) {
        Failure const failure = Failure::of_exception(caught, StopReason::attempts);
        REQUIRE(failure.is_exception());
        REQUIRE(failure.what() == "too late");
        REQUIRE(failure.reason() == StopReason::attempts);
        REQUIRE(static_cast<std::exception const*>(failure.as<Timeout>()) == &caught);
        REQUIRE(static_cast<std::exception const*>(failure.as<std::runtime_error>()) == &caught);
        REQUIRE(failure.as<std::exception>() == &caught);
        REQUIRE(failure.as<std::logic_error>() == nullptr);
        REQUIRE(failure.as<int>() == nullptr);
        REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), Timeout);
        REQUIRE(failure.exception() == std::current_exception());
    }
}

TEST_CASE("as finds every base of an exception at its own address") {
    try {
        throw Both{};
    } catch (Both const& caught) {
        Failure const failure = Failure::of_exception(caught);
        REQUIRE(failure.as<Beside>() == &caught);
        REQUIRE(failure.as<Timeout>() == &caught);
        REQUIRE(failure.as<Both>() == &caught);
        REQUIRE(failure.reason() == StopReason::none);
    }
}

TEST_CASE("a Failure of a thrown value that is no class") {
    try {
        throw 42;
    } catch (int const& caught) {
        Failure const failure = Failure::of_exception(caught);
        REQUIRE(failure.what() == "42");
        REQUIRE(*failure.as<int>() == 42);
        REQUIRE(failure.as<long>() == nullptr);
        REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), int);
    }
}

TEST_CASE("a Failure inside another handler sees the exception of its own") {
    try {
        throw Timeout("outer");
    } catch (Timeout const& outer) {
        Failure const failure = Failure::of_exception(outer);
        try {
            throw std::logic_error("inner");
        } catch (std::logic_error const&) {
        }
        REQUIRE(failure.as<Timeout>() == &outer);
        REQUIRE(failure.as<std::logic_error>() == nullptr);
    }
}

TEST_CASE("a Failure of an expected-like result") {
    Expected<Code> const result{Code::busy};
    Failure const failure = Failure::of_result(result, StopReason::delay);
    REQUIRE_FALSE(failure.is_exception());
    REQUIRE(failure.what() == "error 1");
    REQUIRE(failure.reason() == StopReason::delay);
    REQUIRE(failure.as<Code>() == &result.failure);
    REQUIRE(failure.as<Expected<Code>>() == &result);
    REQUIRE(failure.as<int>() == nullptr);
    REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), Code);
}

TEST_CASE("a Failure of a result finds the error by its exact type") {
    Expected<Timeout> const result{Timeout{"too late"}};
    Failure const failure = Failure::of_result(result);
    REQUIRE(failure.what() == "too late");
    REQUIRE(failure.as<Timeout>() == &result.failure);
    REQUIRE(failure.as<std::runtime_error>() == nullptr);
    REQUIRE_THROWS_WITH(std::rethrow_exception(failure.exception()), "too late");
}

TEST_CASE("a Failure does not point into an error that is returned by value") {
    ByValue const result{Code::busy};
    Failure const failure = Failure::of_result(result);
    REQUIRE(failure.what() == "error 1");
    REQUIRE(failure.as<Code>() == nullptr);
    REQUIRE(failure.as<ByValue>() == &result);
    REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), Code);
}

TEST_CASE("a Failure of a result whose error is a variant") {
    using Error = std::variant<std::string, WithMessage>;
    Expected<Error> const text{std::string{"refused"}};
    REQUIRE(Failure::of_result(text).what() == "refused");
    REQUIRE(*Failure::of_result(text).as<std::string>() == "refused");
    REQUIRE(Failure::of_result(text).as<WithMessage>() == nullptr);
    REQUIRE_THROWS_AS(std::rethrow_exception(Failure::of_result(text).exception()), std::string);

    Expected<Error> const message{WithMessage{}};
    REQUIRE(Failure::of_result(message).what() == "out of paper");
    REQUIRE(Failure::of_result(message).as<WithMessage>() != nullptr);
    REQUIRE(Failure::of_result(message).as<std::string>() == nullptr);
}

TEST_CASE("a Failure of an error that stands for an exception makes that exception") {
    struct Refused {
        using Thrown [[maybe_unused]] = std::runtime_error;
        explicit operator std::runtime_error() const { return std::runtime_error{"refused"}; }
    };
    Refused const refused;
    detail::ErrorView<Refused> const view{refused};
    Failure const failure = Failure::of_result(view);
    REQUIRE(failure.what() == "refused");
    REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), std::runtime_error);
}

TEST_CASE("a Failure of a std::error_code") {
    std::error_code const result = std::make_error_code(std::errc::timed_out);
    Failure const failure = Failure::of_result(result);
    REQUIRE(failure.what() == result.message());
    REQUIRE(failure.as<std::error_code>() == &result);
    REQUIRE_THROWS_AS(std::rethrow_exception(failure.exception()), std::error_code);
}

TEST_CASE("a Failure of a variant finds the alternative held") {
    std::variant<int, Code> const result = Code::refused;
    Failure const failure = Failure::of_result(result);
    REQUIRE(failure.as<Code>() == std::get_if<Code>(&result));
    REQUIRE(failure.as<int>() == nullptr);
    REQUIRE(failure.what() == "a result to retry");
    REQUIRE(failure.exception() == nullptr);
}

TEST_CASE("a Failure of a plain value") {
    std::optional<int> const result;
    Failure const failure = Failure::of_result(result);
    REQUIRE(failure.what() == "a result to retry");
    REQUIRE(failure.as<std::optional<int>>() == &result);
    REQUIRE(failure.as<int>() == nullptr);
    REQUIRE(failure.exception() == nullptr);
    REQUIRE_FALSE(failure.is_exception());
}

TEST_CASE("an error that says nothing is an error") {
    REQUIRE(Failure::of_result(Expected<Silent>{{1}}).what() == "an error");
    REQUIRE(Failure::of_result(Expected<int>{503}).what() == "503");
    REQUIRE(Failure::of_result(Expected<char const*>{"busy"}).what() == "busy");
}
