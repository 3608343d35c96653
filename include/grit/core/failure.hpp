// SPDX-License-Identifier: BSL-1.0
#pragma once
// Failure: a view of what went wrong in an attempt, whichever channel it came by.

#include <exception>
#include <string>
#include <string_view>

#include <grit/core/result.hpp>
#include <grit/core/stop_reason.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// What an object of any type says of itself in words.
template <class E>
std::string describe_error(E const& error) {
    if constexpr (requires { std::string{error.what()}; }) return std::string{error.what()};
    else if constexpr (requires { std::string{error.message()}; }) return std::string{error.message()};
    else if constexpr (requires { static_cast<typename E::Thrown>(error).what(); })
        return static_cast<typename E::Thrown>(error).what(); // a rejection as a value
    else if constexpr (requires { std::string{std::string_view{error}}; }) return std::string{std::string_view{error}};
    else if constexpr (std::is_integral_v<E>) return std::to_string(error);
    else if constexpr (std::is_enum_v<E>) return "error " + std::to_string(static_cast<long long>(error));
    else return "an error";
}

} // namespace detail

/// A non-owning view of a failed attempt: an exception, or a result that counts as a failure.
///
/// Valid until the callable that got it returns. Thread safety: belongs to the thread of the call.
class Failure {
public:
    /// Views the exception that is being handled.
    template <class E>
    static Failure of_exception(E const& error, StopReason reason = StopReason::none) noexcept {
        return Failure{__builtin_addressof(error), &exception_table<E>, reason};
    }

    /// Views a result; its error, if it has a channel for one.
    template <class R>
    static constexpr Failure of_result(R const& result, StopReason reason = StopReason::none) noexcept {
        return Failure{__builtin_addressof(result), &result_table<R>, reason};
    }

    /// Returns: what the error says; for a plain value "a result to retry". Allocates.
    std::string what() const { return table_->what(object_); }

    /// Returns: the error as an E, or nullptr if it is none. For an exception E may be any base or derived type of it;
    /// for a result it is the result, its error or the alternative held, exactly.
    template <class E, bool Exceptions = GRIT_EXCEPTIONS>
    E const* as() const {
        if (table_->find != nullptr) return static_cast<E const*>(table_->find(object_, &detail::type_id<E>));
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions) {
            // The failure is the exception in flight: only the handler's own matching sees every base of it.
            try {
                throw;
            } catch (E const& error) {
                return &error;
            } catch (...) {
                return nullptr;
            }
        }
#endif
        return nullptr;
    }

    constexpr bool is_exception() const noexcept { return table_->find == nullptr; }

    /// Returns: the exception, or a new one made of a copy of a result's error; the one that it stands for if it is a
    /// rejection; null for a plain value, and for an error that cannot be copied.
    std::exception_ptr exception() const { return table_->make(object_); }

    /// Returns: why the call ends, if it does; StopReason::none before that is decided.
    constexpr StopReason reason() const noexcept { return reason_; }

private:
    struct Table {
        std::string (*what)(void const*);
        void const* (*find)(void const*, void const*); // null: ask the exception in flight
        std::exception_ptr (*make)(void const*);
    };

    constexpr Failure(void const* object, Table const* table, StopReason reason) noexcept
        : object_(object), table_(table), reason_(reason) {}

    template <class R>
    static std::string what_of_result(void const* object) {
        if constexpr (ErrorChannel<R>::by_default)
            if (detail::fails(*static_cast<R const*>(object)))
                return ErrorChannel<R>::template visit<std::string>(
                    *static_cast<R const*>(object), [](auto const& error) { return detail::describe_error(error); });
        return "a result to retry";
    }

    template <class R>
    static void const* find_in_result(void const* object, void const* wanted) {
        if (wanted == &detail::type_id<R>) return object;
        if constexpr (gives_reference<R>())
            if (ErrorChannel<R>::failed(*static_cast<R const*>(object)))
                return ErrorChannel<R>::template visit<void const*>(
                    *static_cast<R const*>(object), [&]<class E>(E const& error) -> void const* {
                        return wanted == &detail::type_id<E> ? static_cast<void const*>(&error) : nullptr;
                    });
        return nullptr;
    }

    /// A pointer into a temporary would dangle, so an error() that returns by value is not looked into.
    template <class R>
    static consteval bool gives_reference() {
        if constexpr (detail::wraps_result<R>) {
            if constexpr (!std::is_reference_v<decltype(*std::declval<R const&>())>) return false;
            else return gives_reference<detail::InsideOf<R>>();
        } else if constexpr (ExpectedLike<R>) return std::is_reference_v<decltype(std::declval<R const&>().error())>;
        else return ErrorChannel<R>::exists;
    }

    template <class R>
    static std::exception_ptr make_of_result(void const* object) {
        if constexpr (ErrorChannel<R>::by_default)
            if (detail::fails(*static_cast<R const*>(object)))
                return ErrorChannel<R>::template visit<std::exception_ptr>(
                    *static_cast<R const*>(object), []<class E>(E const& error) -> std::exception_ptr {
                        if constexpr (requires { static_cast<typename E::Thrown>(error); })
                            return std::make_exception_ptr(static_cast<typename E::Thrown>(error));
                        else if constexpr (std::is_copy_constructible_v<E>) return std::make_exception_ptr(error);
                        else return nullptr;
                    });
        return nullptr;
    }

    template <class E>
    static constexpr Table exception_table{
        [](void const* object) { return detail::describe_error(*static_cast<E const*>(object)); }, nullptr,
        [](void const*) { return std::current_exception(); }};
    template <class R>
    static constexpr Table result_table{&what_of_result<R>, &find_in_result<R>, &make_of_result<R>};

    void const* object_;
    Table const* table_;
    StopReason reason_;
};

namespace detail {

/// An error without a result around it, seen as an expected-like result that holds it.
template <class E>
struct ErrorView {
    using Error = E;
    E const& held;

    static constexpr bool has_value() noexcept { return false; }
    GRIT_INLINE constexpr E const& error() const noexcept { return held; }
};

template <class T>
inline constexpr bool is_error_view = false;
template <class E>
inline constexpr bool is_error_view<ErrorView<E>> = true;

} // namespace detail
} // namespace grit::inline GRIT_ABI
