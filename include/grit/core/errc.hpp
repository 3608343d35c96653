// SPDX-License-Identifier: BSL-1.0
#pragma once
// errc: why a stage refused, as a std::error_code.

#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>

#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

/// Why a stage refused, where a rejection travels as a std::error_code. The operation was not called, except under
/// `attempt_timed_out`.
enum class errc {
    deadline_exceeded = 1,
    cancelled,
    circuit_open,
    rate_limited,
    bulkhead_full,
    attempt_timed_out,
    rejected ///< by a stage that has no code of its own
};

/// Returns: the category of these codes. It has one name in all of a program.
inline std::error_category const& grit_category() noexcept {
    class Category final : public std::error_category {
    public:
        char const* name() const noexcept override { return "grit"; }
        std::string message(int code) const override {
            switch (static_cast<errc>(code)) {
            case errc::deadline_exceeded: return "deadline exceeded";
            case errc::cancelled: return "cancelled";
            case errc::circuit_open: return "the circuit is open";
            case errc::rate_limited: return "rate limited";
            case errc::bulkhead_full: return "the bulkhead is full";
            case errc::attempt_timed_out: return "the attempt timed out";
            case errc::rejected: return "rejected";
            }
            return "unknown";
        }
        std::error_condition default_error_condition(int code) const noexcept override {
            switch (static_cast<errc>(code)) {
            case errc::deadline_exceeded:
            case errc::attempt_timed_out: return std::errc::timed_out;
            case errc::cancelled: return std::errc::operation_canceled;
            default: return {code, *this};
            }
        }
    };
    static Category const category{};
    return category;
}

inline std::error_code make_error_code(errc code) noexcept { return {static_cast<int>(code), grit_category()}; }

/// Tells of an error of type E whether it says that the operation was cancelled. Specialise it for the errors of
/// another library, with `static bool ask(E const&)`; adapter/boost_system.hpp does.
template <class E>
struct CancelledError {
    static constexpr bool ask(E const&) noexcept { return false; }
};
template <class E>
    requires std::is_base_of_v<std::error_code, E>
struct CancelledError<E> {
    static bool ask(std::error_code const& error) noexcept {
        if (error == std::errc::operation_canceled) return true;
        // Asio 1.22 has a category of its own that does not say what the codes of the system mean.
        return error.value() == static_cast<int>(std::errc::operation_canceled) &&
               std::string_view{error.category().name()} == "asio.system";
    }
};
template <class E>
    requires std::is_base_of_v<std::system_error, E>
struct CancelledError<E> {
    static bool ask(std::system_error const& error) noexcept {
        return CancelledError<std::error_code>::ask(error.code());
    }
};

/// The exceptions that may hold a code to be compared with a Code. Specialise it for the codes of another library.
template <class Code>
struct CodeHolders {
    using type = Types<std::system_error>;
};

} // namespace grit::inline GRIT_ABI

template <>
struct std::is_error_code_enum<grit::errc> : std::true_type {};
