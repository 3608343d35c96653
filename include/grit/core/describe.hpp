// SPDX-License-Identifier: BSL-1.0
#pragma once
// describe<R>(): the policies as a readable constant, spelled the same by every compiler.

#include <string_view>

#include <grit/core/concepts.hpp>
#include <grit/core/factor.hpp>
#include <grit/core/text.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class T>
constexpr std::string_view signature_of_type() {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;
#else
    return __PRETTY_FUNCTION__;
#endif
}
template <auto V>
constexpr std::string_view signature_of_value() {
#if defined(_MSC_VER) && !defined(__clang__)
    return __FUNCSIG__;
#else
    return __PRETTY_FUNCTION__;
#endif
}

/// Takes from what a compiler calls a type or a value the one part on which compilers agree: its own identifier,
/// without scope and template arguments. Returns: "..." where there is none, as for a closure.
constexpr std::string_view identifier_in(std::string_view signature, std::string_view known) {
    std::size_t const begin = signature.find(known);
    if (begin == std::string_view::npos) return "...";
    std::string_view text = signature.substr(begin + known.size());
    int depth = 0;
    std::size_t start = 0;
    std::size_t end = text.size();
    for (std::size_t i = 0; i != text.size(); ++i) {
        char const c = text[i];
        if (depth == 0 && (c == ']' || c == ';')) { // GCC lists aliases after the first entry
            end = i;
            break;
        }
        depth += int(c == '<' || c == '(' || c == '{' || c == '[') - int(c == '>' || c == ')' || c == '}' || c == ']');
        if (depth == 0 && c == ':') start = i + 1;
    }
    text = text.substr(start, end - start);
    text = text.substr(0, text.find('<'));
    if (text.starts_with('&')) text.remove_prefix(1);
    if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return "...";
    for (char const c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) return "...";
    return text;
}

/// Counts characters, and writes them where there is room.
struct TextWriter {
    char* to;
    std::size_t size = 0;

    constexpr void put(std::string_view text) {
        for (char const c : text) {
            if (to != nullptr) to[size] = c;
            ++size;
        }
    }
    constexpr void put_number(std::int64_t n) {
        if (n < 0) put("-");
        std::uint64_t rest = n < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n);
        char digits[20]{};
        std::size_t count = 0;
        do {
            digits[count++] = static_cast<char>('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        while (count != 0) put({&digits[--count], 1});
    }
    /// In the largest unit that is exact.
    constexpr void put_duration(std::int64_t ns) {
        struct Unit {
            std::int64_t ticks;
            std::string_view name;
        };
        for (Unit const unit : {Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"}, Unit{1, "ns"}}) {
            if (ns % unit.ticks != 0) continue;
            put_number(ns / unit.ticks);
            return put(unit.name);
        }
    }
};

template <class T>
inline constexpr bool is_constant_text = false;
template <std::size_t N>
inline constexpr bool is_constant_text<ConstantText<N>> = true;
template <class T>
inline constexpr bool is_types = false;
template <class... Ts>
inline constexpr bool is_types<Types<Ts...>> = true;

template <auto V>
consteval bool is_dynamic_value() {
    using T = std::remove_const_t<decltype(V)>;
    if constexpr (std::is_same_v<T, Dynamic> || is_types<T>) return true; // a list of types stands for run-time codes
    else if constexpr (is_constant_text<T>) return V.is_dynamic;
    else if constexpr (requires { V.is_dynamic(); }) return V.is_dynamic();
    else return false;
}

template <auto V>
constexpr void describe_value(TextWriter& out) {
    using T = std::remove_const_t<decltype(V)>;
    if constexpr (is_dynamic_value<V>()) out.put("dynamic");
    else if constexpr (std::is_same_v<T, ConstantDuration>) out.put_duration(V.ticks);
    else if constexpr (std::is_same_v<T, ConstantInt>) out.put_number(V.value());
    else if constexpr (std::is_same_v<T, Factor>) {
        out.put_number(V.num);
        if (V.den != 1) {
            out.put("/");
            out.put_number(V.den);
        }
    } else if constexpr (is_constant_text<T>) {
        out.put("\"");
        out.put(V.view());
        out.put("\"");
    } else if constexpr (std::is_integral_v<T>) out.put_number(static_cast<std::int64_t>(V));
    else out.put(identifier_in(signature_of_value<V>(), "V = "));
}

template <class T>
constexpr void describe_type(TextWriter& out);

/// One template argument. `omitted`: nothing has to be written if nothing follows.
template <class A>
struct Argument {
    static constexpr bool omitted = false;
    static constexpr void write(TextWriter& out) { describe_type<A>(out); }
};
template <auto V>
struct Argument<Constant<V>> {
    static constexpr bool omitted = is_dynamic_value<V>();
    static constexpr void write(TextWriter& out) { describe_value<V>(out); }
};
template <auto V, auto Default>
struct Argument<ConstantOr<V, Default>> {
    static constexpr bool omitted = V == Default;
    static constexpr void write(TextWriter& out) { describe_value<V>(out); }
};
template <class T, class Default>
struct Argument<TypeOr<T, Default>> {
    static constexpr bool omitted = std::is_same_v<T, Default>;
    static constexpr void write(TextWriter& out) { describe_type<T>(out); }
};

template <class... As>
constexpr void describe_list(TextWriter& out, Types<As...>) {
    [[maybe_unused]] std::size_t written = 0;
    std::size_t count = 0;
    ((++count, written = Argument<As>::omitted ? written : count), ...);
    [[maybe_unused]] std::size_t place = 0;
    [[maybe_unused]] auto const one = [&]<class A>(A const*) {
        if (place >= written) return;
        if (place++ != 0) out.put(", ");
        Argument<A>::write(out);
    };
    (one(static_cast<As const*>(nullptr)), ...);
}

/// The stages of a pipeline inside another one stand beside those of the outer: what runs is the same.
template <Composite S>
    requires requires { S::arguments(); }
struct Argument<S> {
    static constexpr bool omitted = false;
    static constexpr void write(TextWriter& out) { describe_list(out, S::arguments()); }
};

template <class T>
struct Described {
    static constexpr void write(TextWriter& out) {
        if constexpr (requires { std::string_view{T::name}; }) out.put(T::name);
        else out.put(identifier_in(signature_of_type<T>(), "T = "));
        if constexpr (requires { T::arguments(); }) {
            out.put("<");
            describe_list(out, T::arguments());
            out.put(">");
        }
    }
};
template <class T>
constexpr void describe_type(TextWriter& out) {
    Described<T>::write(out);
}

template <class T>
struct Description {
    static constexpr std::size_t size = [] {
        TextWriter out{nullptr};
        describe_type<T>(out);
        return out.size;
    }();
    static constexpr Array<char, size + 1> characters = [] { // it ends in a zero
        Array<char, size + 1> text;
        TextWriter out{text.at};
        describe_type<T>(out);
        return text;
    }();
};

} // namespace detail

/// Returns: how the policies of R, or one policy, are written: "Retrying<StopAfterAttempt<5>, WaitExponential<1s,
/// 60s>>". Of a pipeline: all its stages, the outermost first; those of a pipeline inside it in their place.
///
/// The text is a constant, ends in a zero and is the same from every compiler. Policies say it themselves, by `name`
/// and `arguments()`; a type without them is called by its own identifier, a closure "...". A run-time value is not in
/// the type and not in the text: see bounds(r).
template <class R>
constexpr std::string_view describe() noexcept {
    using Bare = std::remove_cvref_t<R>;
    return {detail::Description<Bare>::characters.at, detail::Description<Bare>::size};
}

} // namespace grit::inline GRIT_ABI
