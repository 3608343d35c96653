// SPDX-License-Identifier: BSL-1.0
#include <grit/core/rejected_as.hpp>

#include <string>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// What std::expected is, as far as this needs it.
template <class E>
struct Unexpected {
    E error;
    explicit constexpr Unexpected(E e) : error(e) {}
};
template <class E>
class Expected {
public:
    using unexpected_type = Unexpected<E>;
    template <class T>
    constexpr Expected(T const&) {} // takes anything for a value
    explicit constexpr Expected(unexpected_type const& unexpected) : has_value_(false), error_(unexpected.error) {}
    constexpr bool has_value() const { return has_value_; }
    constexpr E const& error() const { return error_; }

private:
    bool has_value_ = true;
    E error_{};
};

struct Plain {
    using Thrown = Rejected;
    explicit operator Rejected() const { return Rejected{"plain", 3s}; }
};

struct Reply {
    std::string text;
};

} // namespace

template <>
struct grit::RejectedAs<Reply> {
    static Reply make(auto const& rejection) { return {rejection.by}; }
};

TEST_CASE("a rejection becomes a result where the result has a form for it", "[R-277]") {
    toy::Full const full{};
    REQUIRE(rejected_as<std::error_code>(full) == errc::bulkhead_full);
    auto const code = rejected_as<Expected<std::error_code>>(full);
    REQUIRE(!code.has_value());
    REQUIRE(code.error() == errc::bulkhead_full);
    STATIC_REQUIRE(rejected_as<Expected<toy::Full>>(toy::Full{}).error() == toy::Full{});
    auto const one_of = rejected_as<Expected<std::variant<int, toy::Full>>>(full);
    REQUIRE(std::get<toy::Full>(one_of.error()) == full);
    REQUIRE(rejected_as<Reply>(full).text == "gate");
}

TEST_CASE("a result that would take the rejection for a value has no form for it") {
    STATIC_REQUIRE_FALSE(RejectableAs<Expected<std::string>, toy::Full>);
    STATIC_REQUIRE_FALSE(RejectableAs<std::variant<int, toy::Full>, toy::Full>);
    STATIC_REQUIRE_FALSE(RejectableAs<int, toy::Full>);
    STATIC_REQUIRE_FALSE(RejectableAs<void, toy::Full>);
}

TEST_CASE("a rejection without a code of its own is rejected, and one is thrown as its exception") {
    REQUIRE(rejected_as<std::error_code>(Plain{}) == errc::rejected);
    try {
        detail::raise_rejection<1>(Plain{});
    } catch (Rejected const& error) {
        REQUIRE(error.retry_after() == 3s);
    }
}

namespace {

enum Taken { by_value, by_const_reference, by_rvalue };
/// A result with a constructor that takes anything, beside one for errors that takes them in one way.
template <Taken How>
struct Greedy {
    struct unexpected_type {
        std::error_code code;
        explicit unexpected_type(std::error_code c) : code(c) {}
    };
    std::error_code code{};
    bool took_anything = false;

    Greedy() = default;
    Greedy(Greedy const&) = default;
    Greedy(Greedy&&) = default;
    template <class T>
    Greedy(T&&) : took_anything(true) {}
    Greedy(unexpected_type const& u)
        requires(How == by_const_reference)
        : code(u.code) {}
    Greedy(unexpected_type&& u)
        requires(How == by_rvalue)
        : code(u.code) {}
    Greedy(unexpected_type u)
        requires(How == by_value)
        : code(u.code) {}

    bool has_value() const { return !code; }
    std::error_code error() const { return code; }
};

} // namespace

namespace {
/// Stands for a code on its way as a rejection is.
struct Coded {
    using Thrown = std::error_code;
    explicit operator std::error_code() const { return std::make_error_code(std::errc::timed_out); }
};
} // namespace

TEST_CASE("What stands for a code becomes that code") {
    CHECK(rejected_as<std::error_code>(Coded{}) == std::errc::timed_out);
    CHECK(rejected_as<Expected<std::error_code>>(Coded{}).error() == std::errc::timed_out);
}

TEMPLATE_TEST_CASE("A constructor of the result that takes anything takes no rejection", "[R-289]", Greedy<by_value>,
                   Greedy<by_const_reference>, Greedy<by_rvalue>) {
    auto const refused = rejected_as<TestType>(CircuitOpen{CircuitState::open, std::chrono::seconds{1}});
    CHECK_FALSE(refused.took_anything);
    CHECK(refused.error() == errc::circuit_open);

    CircuitBreaker<OpenAfterFailures<9>, OpenFor<std::chrono::seconds{1}>> breaker;
    Retrying<StopAfterAttempt<2>> const retrying;
    auto const fails = [] {
        TestType result;
        result.code = std::make_error_code(std::errc::timed_out);
        return result;
    };
    auto const is_it = [](TestType const& r) { return !r.took_anything && r.error() == std::errc::timed_out; };
    CHECK(is_it(breaker(fails)));
    CHECK(is_it(*breaker.try_call(fails)));
    CHECK(is_it(retrying(fails)));
    CHECK(is_it(retrying.report(fails).value()));
    CHECK(is_it(pipeline(retrying, breaker)(fails)));
    CHECK(is_it(*pipeline(retrying, breaker).try_call(fails)));
    breaker.force_open();
    CHECK_FALSE(breaker.try_call(fails).has_value());
    CHECK_FALSE(pipeline(retrying, breaker).try_call(fails).has_value());
}
