// SPDX-License-Identifier: BSL-1.0
#pragma once
// What both Asio adapters share: how the completion of an operation is judged as a result, and given to a handler.

#include <exception>
#include <tuple>

#include <grit/adapter/asio_handlers.hpp>
#include <grit/core/rejected_as.hpp>
#include <grit/core/result.hpp>

namespace grit::inline GRIT_ABI {

/// What an asynchronous operation completed with: a code, and values beside it. Predicates see it as a result with
/// error(), as they see an expected.
template <class Code, class... Ts>
class AsyncResult {
public:
    explicit AsyncResult(Code code, Ts... values) : code_(std::move(code)), values_(std::move(values)...) {}

    bool has_value() const noexcept { return !code_; }
    explicit operator bool() const noexcept { return has_value(); }
    Code const& error() const noexcept { return code_; }

    /// Returns: the value, or a tuple of them where there are several. They are there beside an error, too.
    auto const& operator*() const noexcept {
        if constexpr (sizeof...(Ts) == 1) return std::get<0>(values_);
        else return values_;
    }
    std::tuple<Ts...>& values() noexcept { return values_; }

private:
    Code code_;
    std::tuple<Ts...> values_;
};

template <class Code, class... Ts>
struct RejectedAs<AsyncResult<Code, Ts...>> {
    template <class J>
    static AsyncResult<Code, Ts...> make(J const& rejection) {
        return AsyncResult<Code, Ts...>{RejectedAs<Code>::make(rejection), Ts{}...};
    }
};

namespace detail {

/// Given as a token it tells the signature of an operation, which is not started.
struct AsioProbe {};
template <class Signature>
struct AsioSignature {
    using type = Signature;
};

/// What an operation gives beside its error: nothing, a value, or several in a tuple.
template <class... Ts>
struct AsioValues {
    using type = std::tuple<Ts...>;
};
template <>
struct AsioValues<> {
    using type = void;
};
template <class T>
struct AsioValues<T> {
    using type = T;
};
template <class Flow, class... Ts>
void hold_values(Flow& flow, Ts&&... values) {
    if constexpr (sizeof...(Ts) < 2) flow.hold(static_cast<Ts&&>(values)...);
    else flow.hold(std::tuple<std::decay_t<Ts>...>(static_cast<Ts&&>(values)...));
}
template <class Flow, class... Before>
auto give_values(Flow& flow, Types<>, Before... before) {
    flow.give();
    return std::tuple<Before...>(std::move(before)...);
}
template <class T, class Flow, class... Before>
auto give_values(Flow& flow, Types<T>, Before... before) {
    return std::tuple<Before..., T>(std::move(before)..., flow.give());
}
template <class... Ts, class Flow, class... Before>
auto give_values(Flow& flow, Types<Ts...>, Before... before) {
    return std::tuple_cat(std::tuple<Before...>(std::move(before)...), flow.give());
}

/// How the completion of an operation is judged as a result, and how the whole completes. Here it has no error.
template <class Library, class... Ts>
struct AsioChannel {
    static constexpr bool throws = false;
    static constexpr bool can_refuse = false;
    using Result = typename AsioValues<Ts...>::type;
    using Outcome = std::tuple<Ts...>;

    template <class Flow>
    static void tell(Flow& flow, Ts... values) {
        hold_values(flow, std::move(values)...);
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        return give_values(flow, Types<Ts...>{});
    }
    static constexpr bool is_error(Ts const&...) noexcept { return false; }
    static Outcome cancelled() { return Outcome{Ts{}...}; }
};
/// It is a code.
template <class Library, class... Ts>
struct AsioChannelWithCode {
    using Code = typename Library::Code;
    static constexpr bool throws = false;
    static constexpr bool can_refuse = true;
    using Result = Conditional<sizeof...(Ts) == 0, Code, AsyncResult<Code, Ts...>>;
    using Outcome = std::tuple<Code, Ts...>;

    template <class Flow>
    static void tell(Flow& flow, Code code, Ts... values) {
        flow.hold(Result(code, std::move(values)...));
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        Result result = flow.give();
        if constexpr (sizeof...(Ts) == 0) return Outcome{result};
        else return std::tuple_cat(std::tuple<Code>{result.error()}, std::move(result.values()));
    }
    template <class J>
    static Outcome refused(J const& rejection) {
        return Outcome{RejectedAs<Code>::make(rejection), Ts{}...};
    }
    static bool is_error(Code const& code, Ts const&...) noexcept { return !!code; }
    static Outcome cancelled() { return Outcome{Library::aborted(), Ts{}...}; }
};
/// It is an exception.
template <class Library, class... Ts>
struct AsioChannelWithException {
    static constexpr bool throws = true;
    static constexpr bool can_refuse = true;
    using Result = typename AsioValues<Ts...>::type;
    using Outcome = std::tuple<std::exception_ptr, Ts...>;

    template <class Flow>
    static void tell(Flow& flow, std::exception_ptr const& error, Ts... values) {
        if (error) return flow.rethrow(error);
        hold_values(flow, std::move(values)...);
        flow.judge();
    }
    template <class Flow>
    static Outcome give(Flow& flow) {
        return give_values(flow, Types<Ts...>{}, std::exception_ptr{});
    }
    template <class J>
    static Outcome refused(J const& rejection) {
        return failed(std::make_exception_ptr(static_cast<typename J::Thrown>(rejection)));
    }
    static bool is_error(std::exception_ptr const& error, Ts const&...) noexcept { return error != nullptr; }
    static Outcome failed(std::exception_ptr error) { return Outcome{std::move(error), Ts{}...}; }
    static Outcome cancelled() {
        return failed(std::make_exception_ptr(typename Library::SystemError(Library::aborted())));
    }
};
template <class Library, class Signature>
struct AsioChannelOf;
template <class Library, class... Ts>
struct AsioChannelOf<Library, void(Ts...)> {
    using type = AsioChannel<Library, std::decay_t<Ts>...>;
};
template <class Library, class E, class... Ts>
    requires std::is_same_v<std::decay_t<E>, typename Library::Code>
struct AsioChannelOf<Library, void(E, Ts...)> {
    using type = AsioChannelWithCode<Library, std::decay_t<Ts>...>;
};
template <class Library, class E, class... Ts>
    requires std::is_same_v<std::decay_t<E>, std::exception_ptr>
struct AsioChannelOf<Library, void(E, Ts...)> {
    using type = AsioChannelWithException<Library, std::decay_t<Ts>...>;
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
