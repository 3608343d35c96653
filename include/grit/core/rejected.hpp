// SPDX-License-Identifier: BSL-1.0
#pragma once
// Rejected: a stage refused to run the operation. The base of every stage's own rejection.

#include <stdexcept>

#include <grit/core/duration.hpp>
#include <grit/core/errc.hpp>
#include <grit/core/stage_name.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

/// The error of a stage that did not let a call through, such as an open circuit or an exhausted limit.
///
/// Naming a base of it in a predicate (std::runtime_error, std::exception) does not name it: a rejection is retried
/// only if Rejected or the stage's own type is named.
class Rejected : public std::runtime_error {
public:
    /// Holds a copy of the name of the stage.
    explicit Rejected(char const* stage, Duration retry_after = Duration::zero())
        : std::runtime_error(stage), retry_after_(retry_after) {}

    /// Returns: the name of the stage that refused; it lives as long as the exception.
    char const* stage() const noexcept { return std::runtime_error::what(); }

    /// Returns: how long to wait before it is worth asking again; zero if that is not known.
    Duration retry_after() const noexcept { return retry_after_; }

private:
    Duration retry_after_;
};

/// The deadline had passed before the operation was called.
class DeadlineExceeded : public Rejected {
public:
    using Rejected::Rejected;
    char const* what() const noexcept override { return "the deadline had passed before the operation was called"; }
};

/// A stop was requested before the operation was called.
class Cancelled : public Rejected {
public:
    using Rejected::Rejected;
    char const* what() const noexcept override { return "a stop was requested before the operation was called"; }
};

/// The same as values: a stage did not let a call through, because nothing starts after a deadline or a requested stop.
template <class Exception, errc Code>
class NotStarted {
public:
    using Thrown = Exception;
    static constexpr errc code = Code;

    explicit constexpr NotStarted(std::string_view stage) noexcept : stage_(stage) {}

    constexpr char const* stage() const noexcept { return stage_.c_str(); }
    static constexpr Duration retry_after() noexcept { return Duration::zero(); }
    explicit operator Exception() const { return Exception{stage()}; }

private:
    StageName stage_;
};
using DeadlinePassed = NotStarted<DeadlineExceeded, errc::deadline_exceeded>;
using StopRequested = NotStarted<Cancelled, errc::cancelled>;

namespace detail {

/// The exception that an error value stands for: its type Thrown if it has one, else it stands for itself.
template <class E>
struct AsThrown {
    using type = E;
};
template <class E>
    requires requires { typename E::Thrown; }
struct AsThrown<E> {
    using type = typename E::Thrown;
};

template <class Named, class E>
inline constexpr bool names_thrown =
    (std::is_same_v<Named, E> || is_base_of<Named, E>) && (!is_base_of<Rejected, E> || is_base_of<Rejected, Named>);

} // namespace detail

/// True if naming `Named` in a predicate names an error of type E: it is E or a base of it, and does not reach a
/// rejection through a base that rejections share with other errors. An error value that stands for an exception by its
/// type `Thrown` is also named by that exception and its bases.
template <class Named, class E>
inline constexpr bool names =
    std::is_same_v<Named, E> || detail::names_thrown<Named, typename detail::AsThrown<E>::type>;

} // namespace grit::inline GRIT_ABI
