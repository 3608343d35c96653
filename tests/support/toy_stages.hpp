// SPDX-License-Identifier: BSL-1.0
#pragma once
// Small stages of each kind. They know the contract alone, and write down what they are asked.

#include <stdexcept>
#include <string>

#include <grit/core/within.hpp>
#include <grit/time/manual.hpp>

namespace toy {

using grit::Attempt;
using grit::Duration;
using grit::detail::Answer;

struct Timeout : std::runtime_error {
    Timeout() : std::runtime_error("timed out") {}
};
struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};

/// A result that a judge can find wanting: -1 is a failure.
inline constexpr int bad = -1;

/// A rejection as a value, and its exception.
class FullError : public grit::Rejected {
public:
    using Rejected::Rejected;
};
struct Full {
    using Thrown = FullError;
    static constexpr grit::errc code = grit::errc::bulkhead_full;
    char const* by = "gate";
    explicit operator FullError() const { return FullError{by}; }
    friend constexpr bool operator==(Full const&, Full const&) = default;
};

/// Where stages write what happens. Without a string they write nothing, so that they can stand in constant
/// expressions.
struct Log {
    std::string* text = nullptr;
    constexpr void operator()(char who, char const* what, int number = 0) const {
        if (text != nullptr) write(who, what, number);
    }

    [[gnu::noinline]] void write(char who, char const* what, int number) const {
        text->push_back(who);
        *text += what;
        if (number != 0) *text += std::to_string(number);
        text->push_back(' ');
    }
};

/// Always goes in, and only notes how it ended.
struct Note : grit::StageInterface<Note> {
    Log log;
    char who = 'n';
    constexpr explicit Note(Log l = {}, char w = 'n') : log(l), who(w) {}

    struct Call {
        Log log;
        char who;
        bool told = false;
        constexpr void start(Attempt const& at) const { log(who, "+", at.number()); }
        constexpr void returned(Attempt const&, auto const&) noexcept {
            told = true;
            log(who, "r");
        }
        void thrown(Attempt const&) noexcept {
            told = true;
            log(who, "t");
        }
        constexpr ~Call() { log(who, told ? "-" : "!"); }
    };
    constexpr Call call(Attempt const&) const { return {log, who}; }
};

/// Lets a number of calls in at a time and in all, and counts those that are inside.
class Gate : public grit::StageInterface<Gate> {
public:
    explicit constexpr Gate(int calls, Log log = {}, char who = 'g') : left(calls), log_(log), who_(who) {}
    Gate(Gate const&) = delete;
    Gate& operator=(Gate const&) = delete;

    class Call {
    public:
        using Rejections = grit::Types<Full>;
        explicit constexpr Call(Gate& gate) noexcept : gate_(gate) {}
        Call(Call const&) = delete;
        Call& operator=(Call const&) = delete;
        constexpr ~Call() {
            if (!in_) return;
            --gate_.inside;
            gate_.log_(gate_.who_, "-");
        }
        constexpr bool start(Attempt const&) {
            if (gate_.left == 0) return gate_.log_(gate_.who_, "x"), false;
            --gate_.left;
            ++gate_.inside;
            gate_.log_(gate_.who_, "+");
            return in_ = true;
        }
        constexpr decltype(auto) with_rejection(auto f) const { return f(Full{}); }

    private:
        Gate& gate_;
        bool in_ = false;
    };
    constexpr Call call(Attempt const&) { return Call{*this}; }

    int left;
    int inside = 0;

private:
    Log log_;
    char who_;
};

/// Calls again what threw a Timeout, returned `bad` or was refused, after a sleep.
template <bool Late = false>
struct Loop : grit::StageInterface<Loop<Late>> {
    int attempts;
    Duration pause;
    grit::ManualTime* clock;
    Log log;
    char who;
    bool repeats_rejections = false;
    bool const* stop = nullptr; // looked at after a sleep

    explicit constexpr Loop(int n, Duration wait = {}, grit::ManualTime* t = nullptr, Log l = {}, char w = 'l')
        : attempts(n), pause(wait), clock(t), log(l), who(w) {}

    class Call {
    public:
        using Catches = grit::Types<Timeout, grit::Rejected>;
        static constexpr bool ends_late = Late;
        template <class R>
        static constexpr bool judges = std::is_same_v<R, int>;

        explicit constexpr Call(Loop const& loop) noexcept : loop_(loop) {}
        Call(Call const&) = delete;
        Call& operator=(Call const&) = delete;
        constexpr ~Call() { loop_.log(loop_.who, "-"); }

        constexpr void start(Attempt const&) { loop_.log(loop_.who, "+"); }
        constexpr Attempt attempt(Attempt const& at) const {
            return Attempt{number_, number_ == 1 ? Duration{} : loop_.pause, at.context()};
        }
        constexpr Duration wait() const { return loop_.pause; }
        constexpr grit::ManualTime& time() const { return *loop_.clock; }
        constexpr Answer caught(Attempt const&, Timeout const&) { return failed("c"); }
        constexpr Answer returned(Attempt const&, auto const& r) {
            if constexpr (judges<std::remove_cvref_t<decltype(r)>>) {
                if (r == bad) return failed("b");
            }
            loop_.log(loop_.who, "r");
            return Answer::done;
        }
        void thrown(Attempt const&) noexcept { loop_.log(loop_.who, "t"); }
        constexpr Answer caught(Attempt const&, grit::Rejected const&) { return refused(); }
        constexpr Answer rejected(Attempt const&, auto const&) { return refused(); }
        constexpr Answer wake(Attempt const& at) { return woken(at); }
        constexpr Answer wake(Attempt const& at, auto const&) { return woken(at); }

    private:
        constexpr Answer refused() { return loop_.repeats_rejections ? failed("j") : Answer::give_up; }
        constexpr Answer failed(char const* how) {
            loop_.log(loop_.who, how, number_);
            return number_ >= loop_.attempts ? Answer::give_up : Answer::sleep;
        }
        constexpr Answer woken(Attempt const& at) {
            loop_.log(loop_.who, "w");
            if (Late && ((loop_.stop != nullptr && *loop_.stop) || at.stop_requested())) return Answer::give_up;
            ++number_;
            return Answer::again;
        }

        Loop const& loop_;
        int number_ = 1;
    };
    constexpr Call call(Attempt const&) const { return Call{*this}; }
};

/// Puts a number in the place of a failure: of any runtime_error, of `bad`, of a rejection.
struct Instead : grit::StageInterface<Instead> {
    int value;
    Log log;
    char who;
    explicit constexpr Instead(int v, Log l = {}, char w = 'i') : value(v), log(l), who(w) {}

    struct Call {
        using Catches = grit::Types<std::runtime_error>;
        Instead const& stage;

        constexpr void start(Attempt const&) const {}
        constexpr Answer caught(Attempt const&, std::runtime_error const&) const { return say("c"); }
        constexpr Answer returned(Attempt const&, int const& r) const { return r == bad ? say("b") : Answer::done; }
        template <class R>
        constexpr R replacement(Attempt const&, auto const&) const {
            if (stage.value == 666) throw Busy{};
            return static_cast<R>(stage.value);
        }
        constexpr Answer say(char const* what) const {
            stage.log(stage.who, what);
            return Answer::replace;
        }
    };
    constexpr Call call(Attempt const&) const { return {*this}; }
};

/// Lets nothing in before a sleep.
struct Queue : grit::StageInterface<Queue> {
    Duration pause;
    grit::ManualTime* clock;
    bool admits;
    Log log;
    constexpr Queue(Duration p, grit::ManualTime* t, bool in = true, Log l = {})
        : pause(p), clock(t), admits(in), log(l) {}

    struct Call {
        using Rejections = grit::Types<Full>;
        Queue const& stage;
        constexpr Answer start(Attempt const&) const { return Answer::sleep; }
        constexpr Duration wait() const { return stage.pause; }
        constexpr grit::ManualTime& time() const { return *stage.clock; }
        constexpr Answer wake(Attempt const&) const {
            stage.log('q', stage.admits ? "+" : "x");
            return stage.admits ? Answer::again : Answer::reject;
        }
        constexpr decltype(auto) with_rejection(auto f) const { return f(Full{"queue"}); }
    };
    constexpr Call call(Attempt const&) const { return {*this}; }
};

} // namespace toy
