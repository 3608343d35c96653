// SPDX-License-Identifier: BSL-1.0
#include "conformance/replay.hpp"

#include <sstream>
#include <stdexcept>
#include <tuple>
#include <variant>

#include <grit/retry.hpp>

namespace conformance {
namespace {

using namespace grit;
using Milliseconds = std::chrono::milliseconds;

struct A : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct B : A {
    using A::A;
};
struct C : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Reading.

std::vector<std::string> sections_of(std::string const& line) {
    std::vector<std::string> sections(1);
    for (char const c : line) {
        if (c == '|') sections.emplace_back();
        else sections.back() += c;
    }
    return sections;
}

template <class T>
T next(std::istream& in) {
    T value{};
    if (!(in >> value)) throw std::invalid_argument("a scenario ends too early");
    return value;
}

Wait parse_wait(std::istream& in) {
    Wait wait;
    wait.kind = next<std::string>(in);
    if (wait.kind == "chain" || wait.kind == "sum") {
        for (int n = next<int>(in); n > 0; --n) wait.parts.push_back(parse_wait(in));
        return wait;
    }
    int const numbers = wait.kind == "fixed" ? 1 : wait.kind == "incrementing" ? 3 : wait.kind == "exponential" ? 4 : 0;
    for (int i = 0; i < numbers; ++i) wait.numbers.push_back(next<int>(in));
    return wait;
}

Stop parse_stop(std::istream& in) {
    Stop stop;
    stop.kind = next<std::string>(in);
    bool const combined = stop.kind == "any" || stop.kind == "all";
    if (combined && next<std::string>(in) != "attempt") throw std::invalid_argument("the first part must be attempt");
    if (combined || stop.kind == "attempt") stop.attempts = next<int>(in);
    if (combined) stop.other = next<std::string>(in);
    if (stop.kind != "attempt") stop.milliseconds = next<int>(in);
    return stop;
}

Retry parse_retry(std::istream& in) {
    Retry retry;
    retry.kind = next<std::string>(in);
    if (retry.kind == "if" || retry.kind == "unless" || retry.kind == "if_or_result")
        retry.errors = next<std::string>(in);
    if (retry.kind == "if_or_result" || retry.kind == "result" || retry.kind == "not_result")
        retry.value = next<int>(in);
    return retry;
}

Step parse_step(std::string const& word) {
    Step step;
    std::istringstream in{word};
    step.took = next<int>(in);
    auto const what = next<char>(in);
    if (what == '=') step.value = next<int>(in);
    else step.error = what;
    return step;
}

std::string trimmed(std::string const& text) {
    std::size_t const first = text.find_first_not_of(' ');
    return first == text.npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Playing. A wait that is chosen at run time, made of the real ones, so that few loops must be compiled.

template <class... Ws>
struct OneOf {
    static constexpr Family family = Family::wait;
    using Kind = OneOf;
    struct State {
        std::tuple<typename detail::WaitTraits<Ws>::State...> each;
    };

    std::variant<Ws...> chosen;

    template <class Use>
    void with_chosen(Use const& use) const {
        [&]<std::size_t... Is>(std::index_sequence<Is...>) {
            ((chosen.index() == Is ? use(std::integral_constant<std::size_t, Is>{}, *std::get_if<Is>(&chosen))
                                   : void()),
             ...);
        }(std::index_sequence_for<Ws...>{});
    }
    State first() const {
        return State{std::apply([](auto const&... w) { return std::tuple{detail::WaitTraits<Ws>::first(w)...}; },
                                std::tuple{get_or_default<Ws>()...})};
    }
    State next(State state, Duration taken) const {
        with_chosen([&]<class W>(auto i, W const& wait) {
            auto& mine = std::get<i()>(state.each);
            mine = detail::WaitTraits<W>::next(wait, mine, taken);
        });
        return state;
    }
    template <class Q>
    Duration value(State const& state, Q const& q) const {
        Duration result{};
        with_chosen([&]<class W>(auto i, W const& wait) {
            result = detail::WaitTraits<W>::value(wait, std::get<i()>(state.each), q);
        });
        return result;
    }

private:
    template <class W>
    W get_or_default() const {
        W const* const held = std::get_if<W>(&chosen);
        return held != nullptr ? *held : an_example<W>();
    }
    template <class W>
    static W an_example();
};

using Exponential = WaitExponential<dynamic, dynamic, dynamic, dynamic>;
using Simple = OneOf<WaitFixed<>, WaitIncrementing<>, Exponential>;
using Any = OneOf<WaitNone, Simple, WaitChain<Simple>, WaitChain<Simple, Simple>, WaitChain<Simple, Simple, Simple>,
                  WaitSum<Simple>, WaitSum<Simple, Simple>, WaitSum<Simple, Simple, Simple>>;

/// A wait of the type, so that every alternative has a state.
template <class W>
struct Example;
template <>
struct Example<WaitNone> {
    static WaitNone get() { return {}; }
};
template <>
struct Example<WaitFixed<>> {
    static WaitFixed<> get() { return WaitFixed{Milliseconds{0}}; }
};
template <>
struct Example<WaitIncrementing<>> {
    static WaitIncrementing<> get() { return {Milliseconds{0}, Milliseconds{0}, Milliseconds{0}}; }
};
template <>
struct Example<Exponential> {
    static Exponential get() { return {Milliseconds{0}, Milliseconds{0}, 1, Milliseconds{0}}; }
};
template <class... Ws>
struct Example<OneOf<Ws...>> {
    static OneOf<Ws...> get() {
        return {std::variant<Ws...>{std::in_place_index<0>, Example<At<Types<Ws...>, 0>>::get()}};
    }
};
template <class... Ws>
struct Example<WaitChain<Ws...>> {
    static WaitChain<Ws...> get() { return WaitChain<Ws...>{Example<Ws>::get()...}; }
};
template <class... Ws>
struct Example<WaitSum<Ws...>> {
    static WaitSum<Ws...> get() { return WaitSum<Ws...>{Example<Ws>::get()...}; }
};
template <class... Ws>
template <class W>
W OneOf<Ws...>::an_example() {
    return Example<W>::get();
}

Milliseconds milliseconds(Wait const& wait, std::size_t i) { return Milliseconds{wait.numbers.at(i)}; }

Simple simple_wait(Wait const& wait) {
    if (wait.kind == "fixed") return {WaitFixed{milliseconds(wait, 0)}};
    if (wait.kind == "incrementing")
        return {WaitIncrementing{milliseconds(wait, 0), milliseconds(wait, 1), milliseconds(wait, 2)}};
    if (wait.kind == "exponential")
        return {
            WaitExponential{milliseconds(wait, 0), milliseconds(wait, 2), wait.numbers.at(1), milliseconds(wait, 3)}};
    throw std::invalid_argument("no such wait: " + wait.kind);
}

template <template <class...> class Combined>
Any combined_wait(std::vector<Wait> const& parts) {
    switch (parts.size()) {
    case 1: return {Combined<Simple>{simple_wait(parts[0])}};
    case 2: return {Combined<Simple, Simple>{simple_wait(parts[0]), simple_wait(parts[1])}};
    case 3:
        return {Combined<Simple, Simple, Simple>{simple_wait(parts[0]), simple_wait(parts[1]), simple_wait(parts[2])}};
    default: throw std::invalid_argument("one to three waits can be combined");
    }
}

Any any_wait(Wait const& wait) {
    if (wait.kind == "none") return {WaitNone{}};
    if (wait.kind == "chain") return combined_wait<WaitChain>(wait.parts);
    if (wait.kind == "sum") return combined_wait<WaitSum>(wait.parts);
    return {simple_wait(wait)};
}

/// Everything that happens while a scenario is played.
struct Play {
    Scenario const& scenario;
    ManualTime time{};
    Outcome outcome{};
    bool gave_up = false;

    int operation() {
        auto const& script = scenario.script;
        auto const index = static_cast<std::size_t>(outcome.calls++);
        Step const& step = script[index < script.size() ? index : script.size() - 1];
        time.advance(Milliseconds{step.took});
        std::string const what = "#" + std::to_string(outcome.calls);
        switch (step.error) {
        case 'A': throw A{what};
        case 'B': throw B{what};
        case 'C': throw C{what};
        case 'T': throw TryAgain{};
        default: return step.value;
        }
    }
    void log(char event, Attempt const& attempt) {
        outcome.log += (outcome.log.empty() ? "" : " ") + std::string(1, event) + std::to_string(attempt.number());
    }
};

template <char E>
struct Log {
    Play* play;
    void operator()(Attempt const& attempt) const { play->log(E, attempt); }
};
struct GaveUp {
    Play* play;
    void operator()() const { play->gave_up = true; }
};

template <class StopPolicy, class Predicate>
void play(Play& play, StopPolicy stop, Predicate predicate) {
    Retrying const retrying{stop,
                            any_wait(play.scenario.wait),
                            predicate,
                            Before{Log<'b'>{&play}},
                            After{Log<'a'>{&play}},
                            BeforeSleep{Log<'s'>{&play}},
                            OnGiveUp{GaveUp{&play}},
                            Time{play.time}};
    auto& out = play.outcome.out;
    try {
        out = "=" + std::to_string(retrying([&play] { return play.operation(); }));
    } catch (B const& error) {
        out = std::string("B") + error.what();
    } catch (A const& error) {
        out = std::string("A") + error.what();
    } catch (C const& error) {
        out = std::string("C") + error.what();
    } catch (TryAgain const&) {
        out = "T";
    }
    if (play.gave_up) out += " gave_up";
}

struct Is {
    int wanted;
    bool operator()(int value) const { return value == wanted; }
};

template <class StopPolicy>
void play_with_predicate(Play& p, StopPolicy stop) {
    Retry const& retry = p.scenario.retry;
    std::string const name = retry.kind + " " + retry.errors;
    Is const is{retry.value};
    if (name == "if A") play(p, stop, RetryIf<A>{});
    else if (name == "if B") play(p, stop, RetryIf<B>{});
    else if (name == "if C") play(p, stop, RetryIf<C>{});
    else if (name == "if AC") play(p, stop, RetryIf<A, C>{});
    else if (name == "unless B") play(p, stop, RetryUnless<B>{});
    else if (name == "unless C") play(p, stop, RetryUnless<C>{});
    else if (name == "if_or_result A") play(p, stop, RetryIf<A>{} | RetryIfResult{is});
    else if (name == "result ") play(p, stop, RetryIfResult{is});
    else if (name == "not_result ") play(p, stop, RetryUnlessResult{is});
    else throw std::invalid_argument("no such predicate: " + name);
}

void play_scenario(Play& p) {
    Stop const& stop = p.scenario.stop;
    std::string const name = stop.kind + " " + stop.other;
    Milliseconds const limit{stop.milliseconds};
    if (name == "attempt ") play_with_predicate(p, StopAfterAttempt{stop.attempts});
    else if (name == "delay ") play_with_predicate(p, StopAfterDelay{limit});
    else if (name == "before ") play_with_predicate(p, StopBeforeDelay{limit});
    else if (name == "any delay") play_with_predicate(p, StopAfterAttempt{stop.attempts} | StopAfterDelay{limit});
    else if (name == "any before") play_with_predicate(p, StopAfterAttempt{stop.attempts} | StopBeforeDelay{limit});
    else if (name == "all delay") play_with_predicate(p, StopAfterAttempt{stop.attempts} & StopAfterDelay{limit});
    else if (name == "all before") play_with_predicate(p, StopAfterAttempt{stop.attempts} & StopBeforeDelay{limit});
    else throw std::invalid_argument("no such stop: " + name);
}

long long in_milliseconds(Duration d) { return std::chrono::duration_cast<Milliseconds>(d).count(); }

} // namespace

Recorded parse(std::string const& line) {
    std::vector<std::string> const sections = sections_of(line);
    if (sections.size() != 4 && sections.size() != 9) throw std::invalid_argument("a scenario has 4 or 9 sections");
    Recorded recorded;
    auto in = [&](std::size_t i) { return std::istringstream{sections[i]}; };
    auto stop = in(0), wait = in(1), retry = in(2), script = in(3);
    recorded.scenario = {parse_stop(stop), parse_wait(wait), parse_retry(retry), {}};
    for (std::string word; script >> word;) recorded.scenario.script.push_back(parse_step(word));
    if (recorded.scenario.script.empty()) throw std::invalid_argument("a scenario needs a step");
    if (sections.size() == 9) {
        Outcome& expected = recorded.expected;
        auto calls = in(4), sleeps = in(5), end = in(8);
        expected.calls = next<int>(calls);
        for (long long sleep = 0; sleeps >> sleep;) expected.sleeps.push_back(sleep);
        expected.log = trimmed(sections[6]);
        expected.out = trimmed(sections[7]);
        expected.end = next<long long>(end);
    }
    return recorded;
}

Outcome replay(Scenario const& scenario) {
    Play play{scenario};
    play_scenario(play);
    for (Duration const sleep : play.time.slept()) play.outcome.sleeps.push_back(in_milliseconds(sleep));
    play.outcome.end = in_milliseconds(play.time.now().time_since_epoch());
    return play.outcome;
}

std::string to_string(Outcome const& outcome) {
    std::string text = std::to_string(outcome.calls) + " |";
    for (long long const sleep : outcome.sleeps) text += " " + std::to_string(sleep);
    return text + " | " + outcome.log + " | " + outcome.out + " | " + std::to_string(outcome.end);
}

} // namespace conformance
