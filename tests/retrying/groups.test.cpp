// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/groups.hpp>

#include <string>

#include "retrying/samples.hpp"

using namespace grit;

namespace {

/// A hook that says nothing of what it needs.
template <Event E, char Letter>
struct Writes {
    static constexpr Family family = Family::hook;
    static constexpr Event event = E;
    template <class Q>
    void operator()(Q const& written) const {
        written += Letter;
    }
};
/// A hook with state, so that a set holds it.
struct WritesHeld {
    static constexpr Family family = Family::hook;
    [[maybe_unused]] static constexpr Event event = Event::after;
    std::string* to;
    char letter;
    template <class Q>
    void operator()(Q const&) const {
        *to += letter;
    }
};
/// A hook is called with a const query: what is written to is behind it.
struct Text {
    std::string* to;
    Text const& operator+=(char c) const {
        to->push_back(c);
        return *this;
    }
};
struct NeedsNothing {
    static constexpr Event event = Event::after;
    static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = false;
};
struct Replaces {
    static constexpr Event event = Event::give_up;
    [[maybe_unused]] static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = false;
    template <class Q>
    int operator()(Q const&) const {
        return 7;
    }
};
struct Observes : Replaces {
    template <class Q>
    void operator()(Q const&) const {}
};

template <class... Hooks>
using Facts = detail::HookFacts<Types<Hooks...>>;
template <class... Hooks>
using AtTheEnd = detail::GiveUpFacts<typename Facts<Hooks...>::GiveUp>;

} // namespace

TEST_CASE("hooks are found by the moment they watch, in their order") {
    using A = Writes<Event::after, 'a'>;
    using B = Writes<Event::before, 'b'>;
    using C = Writes<Event::after, 'c'>;
    using Three = Facts<A, B, C>;
    STATIC_REQUIRE(std::is_same_v<Three::Watching<Event::after>, Types<A, C>>);
    STATIC_REQUIRE(std::is_same_v<Three::Watching<Event::before>, Types<B>>);
    STATIC_REQUIRE(std::is_same_v<Three::Watching<Event::give_up>, Types<>>);
    STATIC_REQUIRE(Three::watched.has(Event::before));
    STATIC_REQUIRE_FALSE(Three::watched.has(Event::success));
    STATIC_REQUIRE_FALSE(Facts<>::watched.has(Event::before));
}

TEST_CASE("a hook that does not say what it needs is taken to need all") {
    using Silent = Writes<Event::after, 'a'>;
    STATIC_REQUIRE(Facts<Silent>::need_clock);
    STATIC_REQUIRE(Facts<Silent>::need_failure);
    STATIC_REQUIRE_FALSE(Facts<NeedsNothing>::need_clock);
    STATIC_REQUIRE_FALSE(Facts<NeedsNothing>::need_failure);
    STATIC_REQUIRE(Facts<NeedsNothing, Silent>::need_clock);
    STATIC_REQUIRE_FALSE(Facts<>::need_failure);
}

TEST_CASE("the reason is told if a hook at the end looks at the failure") {
    STATIC_REQUIRE(AtTheEnd<Writes<Event::give_up, 'g'>>::need_failure);
    STATIC_REQUIRE_FALSE(AtTheEnd<Observes>::need_failure);
    STATIC_REQUIRE_FALSE(AtTheEnd<Writes<Event::after, 'a'>>::need_failure);
}

TEST_CASE("only a hook at the end can give a value, by returning one") {
    STATIC_REQUIRE(detail::GivesValue<Replaces>);
    STATIC_REQUIRE_FALSE(detail::GivesValue<Observes>);
    STATIC_REQUIRE_FALSE(detail::GivesValue<NeedsNothing>);
    STATIC_REQUIRE(AtTheEnd<Replaces, Observes, Replaces>::values == 2);
}

TEST_CASE("hooks are called in their order, constants and those that are held") {
    std::string written;
    Text const text{&written};
    detail::HookCalls<Types<Writes<Event::after, 'a'>, Writes<Event::after, 'b'>>>::tell(detail::NoSlots{}, text);
    REQUIRE(written == "ab");

    using Held = detail::PolicySet<WritesHeld, Writes<Event::after, 'z'>>;
    Held const set{detail::Given<WritesHeld>{WritesHeld{&written, 'c'}}};
    detail::HookCalls<Types<Writes<Event::after, 'z'>, WritesHeld>>::tell(set, text);
    REQUIRE(written == "abzc");
}
