// SPDX-License-Identifier: BSL-1.0
#pragma once
// The errors of Boost.System: its codes as results, its exceptions, and what both say of a cancelled operation.

#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <grit/circuit_breaker/family.hpp>
#include <grit/core/rejected_as.hpp>
#include <grit/core/result.hpp>
#include <grit/retry_if/error_code_list.hpp>

namespace grit::inline GRIT_ABI {

/// A boost::system::error_code is a result, and an error unless it is zero, as a std::error_code is.
template <class R>
    requires(std::is_base_of_v<boost::system::error_code, R> && !ExpectedLike<R>)
struct ErrorChannel<R> {
    static constexpr bool exists = true;
    static constexpr bool by_default = true;
    using Errors = Types<R>;

    static bool failed(R const& r) { return static_cast<boost::system::error_code const&>(r).failed(); }
    template <class Result, class Visit>
    static Result visit(R const& r, Visit const& visit) {
        return visit(r);
    }
};

template <class E>
    requires std::is_base_of_v<boost::system::error_code, E>
struct CancelledError<E> {
    static bool ask(boost::system::error_code const& error) noexcept {
        return error == boost::system::errc::operation_canceled;
    }
};
template <class E>
    requires std::is_base_of_v<boost::system::system_error, E>
struct CancelledError<E> {
    static bool ask(boost::system::system_error const& error) noexcept {
        return error.code() == boost::system::errc::operation_canceled;
    }
};

/// What stands for a code of Boost in RetryIfError is looked for in a thrown boost::system::system_error.
template <class Code>
    requires(boost::system::is_error_code_enum<Code>::value || boost::system::is_error_condition_enum<Code>::value ||
             std::is_base_of_v<boost::system::error_code, Code> ||
             std::is_base_of_v<boost::system::error_condition, Code>)
struct CodeHolders<Code> {
    using type = Types<boost::system::system_error, std::system_error>;
};

/// A rejection as a boost::system::error_code: the same code as in a std::error_code, with the same words.
template <>
struct RejectedAs<boost::system::error_code> {
    template <class J>
    static boost::system::error_code make([[maybe_unused]] J const& rejection) {
        using Thrown = typename detail::AsThrown<J>::type;
        if constexpr (std::is_convertible_v<Thrown, boost::system::error_code>) return static_cast<Thrown>(rejection);
        else return {static_cast<int>(detail::code_of<J>()), category()};
    }

private:
    static boost::system::error_category const& category() {
        class Category final : public boost::system::error_category {
        public:
            char const* name() const noexcept override { return grit_category().name(); }
            std::string message(int code) const override { return grit_category().message(code); }
            boost::system::error_condition default_error_condition(int code) const noexcept override {
                std::error_condition const condition = grit_category().default_error_condition(code);
                if (condition.category() != std::generic_category()) return {code, *this};
                return {condition.value(), boost::system::generic_category()};
            }
        };
        static Category const category{};
        return category;
    }
};

/// For a CircuitBreaker whose operations throw boost::system::system_error: one that says that the operation was
/// cancelled is neutral, as it is without this for std::system_error. It is caught and rethrown for that.
///
/// Thread safety: a const value without state.
struct IgnoreBoostCancellation {
    static constexpr Family family = CircuitFamily::classify;
    static constexpr char const* name = "IgnoreBoostCancellation";
    using Kind = IgnoreBoostCancellation;
    using MayBeCancelled = Types<boost::system::system_error>;
};

} // namespace grit::inline GRIT_ABI
