// SPDX-License-Identifier: BSL-1.0
// Values that come at run time: in an object that exists before the call, and in one that is made in it.

#include <stdexcept>
#include <string_view>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "run time";

[[noreturn, gnu::cold, gnu::noinline]] void reject() { throw std::invalid_argument{"a setting is out of range"}; }

// `types` and `values` are lists in brackets, `check` what makes the values unfit: an object is checked when it is
// made, so by hand it is checked in the call only where it is made there.
#define VALUES(id, name, types, values, check, start, enough, pause)                                                   \
    using id##_by_result = grit::Retrying<WITHOUT_BRACKETS types, IfBusy, Clock>;                                      \
    using id##_by_exception = grit::Retrying<WITHOUT_BRACKETS types, IfTimeout, Clock>;                                \
    template <class R>                                                                                                 \
    R id##_object() {                                                                                                  \
        Settings const& s = opaque::settings;                                                                          \
        return R{WITHOUT_BRACKETS values};                                                                             \
    }                                                                                                                  \
    id##_by_result const id##_result_object = id##_object<id##_by_result>();                                           \
    id##_by_exception const id##_exception_object = id##_object<id##_by_exception>();                                  \
    LOOP(id##_result_library) { return (*static_cast<id##_by_result const*>(object))(opaque::result_operation); }      \
    LOOP(id##_result_by_hand) { RESULT_BY_HAND(SETTINGS; start, enough, pause); }                                      \
    ADD(id##_result, name ", object", by_result(), Form::retrying, &id##_result_object);                               \
    LOOP(id##_exception_library) { return (*static_cast<id##_by_exception const*>(object))(opaque::operation); }       \
    LOOP(id##_exception_by_hand) { EXCEPTION_BY_HAND(SETTINGS; start, enough, pause); }                                \
    ADD(id##_exception, name ", object", by_exception(), Form::retrying, &id##_exception_object);                      \
    LOOP(id##_made_result_library) {                                                                                   \
        SETTINGS;                                                                                                      \
        return id##_by_result{WITHOUT_BRACKETS values}(opaque::result_operation);                                      \
    }                                                                                                                  \
    LOOP(id##_made_result_by_hand) { RESULT_BY_HAND(SETTINGS; if (check) reject(); start, enough, pause); }            \
    ADD(id##_made_result, name ", made in the call", by_result());                                                     \
    LOOP(id##_made_exception_library) {                                                                                \
        SETTINGS;                                                                                                      \
        return id##_by_exception{WITHOUT_BRACKETS values}(opaque::operation);                                          \
    }                                                                                                                  \
    LOOP(id##_made_exception_by_hand) { EXCEPTION_BY_HAND(SETTINGS; if (check) reject(); start, enough, pause); }      \
    ADD(id##_made_exception, name ", made in the call", by_exception())

#define SLEEP(d)                                                                                                       \
    if (Duration const drawn = d; drawn > 0s) sleep(drawn)
#define FIRST Duration wait = s.first
#define DOUBLED wait = std::min(2 * wait, s.longest)
#define BAD_GROWTH s.first < 0s || s.longest < s.first

// Waits --------------------------------------------------------------------------------------------------------------

VALUES(fixed, "WaitFixed", (Five, grit::WaitFixed<>), (grit::WaitFixed{s.first}), s.first < 0s, , ENOUGH,
       SLEEP(s.first));
VALUES(random, "WaitRandom", (Five, grit::WaitRandom<>, Draws), (grit::WaitRandom{s.first, s.longest}), BAD_GROWTH, ,
       ENOUGH, SLEEP(draw(s.first, s.longest)));
VALUES(incrementing, "WaitIncrementing", (Five, grit::WaitIncrementing<>),
       (grit::WaitIncrementing{s.first, s.step, s.longest}), s.first < 0s || s.longest < 0s, FIRST, ENOUGH, SLEEP(wait);
       wait = std::clamp<Duration>(wait + s.step, 0s, s.longest));
VALUES(exponential, "WaitExponential", (Five, grit::WaitExponential<>), (grit::WaitExponential{s.first, s.longest}),
       BAD_GROWTH, FIRST, ENOUGH, SLEEP(wait);
       DOUBLED);
VALUES(full_jitter, "WaitJitter, full", (Five, grit::WaitJitter<grit::WaitExponential<>>, Draws),
       (grit::WaitJitter{grit::WaitExponential{s.first, s.longest}}), BAD_GROWTH, FIRST, ENOUGH, SLEEP(draw(0s, wait));
       DOUBLED);
VALUES(part_jitter, "WaitJitter, percent", (Five, grit::WaitJitter<Backoff, grit::dynamic>, Draws),
       (grit::WaitJitter{Backoff{}, s.percent}), s.percent < 0 || s.percent > 100, START, ENOUGH,
       SLEEP(draw(wait - wait / 100 * s.percent - wait % 100 * s.percent / 100, wait));
       wait = std::min<Duration>(2 * wait, 10s));
VALUES(random_exponential, "WaitRandomExponential", (Five, grit::WaitRandomExponential<>, Draws),
       (grit::WaitRandomExponential{s.first, s.longest}), BAD_GROWTH, FIRST, ENOUGH, SLEEP(draw(0s, wait));
       DOUBLED);
VALUES(exponential_jitter, "WaitExponentialJitter", (Five, grit::WaitExponentialJitter<>, Draws),
       (grit::WaitExponentialJitter{s.first, s.longest, s.jitter}), BAD_GROWTH || s.jitter < 0s, FIRST, ENOUGH,
       SLEEP(draw(std::max<Duration>(std::min(wait, s.longest - s.jitter), 0s), std::min(wait + s.jitter, s.longest)));
       DOUBLED);
VALUES(decorrelated, "WaitDecorrelatedJitter", (Five, grit::WaitDecorrelatedJitter<>, Draws),
       (grit::WaitDecorrelatedJitter{s.first, s.longest}), s.first <= 0s || s.longest < s.first, FIRST, ENOUGH,
       wait = draw(s.first, std::min(3 * wait, s.longest));
       sleep(wait));
VALUES(chain, "WaitChain", (Five, grit::WaitChain<grit::WaitFixed<>, grit::WaitExponential<>>),
       (grit::WaitChain{grit::WaitFixed{s.step}, grit::WaitExponential{s.first, s.longest}}), s.step < 0s || BAD_GROWTH,
       FIRST, ENOUGH, SLEEP(n == 1 ? s.step : wait);
       DOUBLED);
VALUES(sum, "WaitSum", (Five, grit::WaitSum<grit::WaitExponential<>, grit::WaitRandom<0s, 50ms>>, Draws),
       (grit::WaitSum{grit::WaitExponential{s.first, s.longest}, grit::WaitRandom<0s, 50ms>{}}), BAD_GROWTH, FIRST,
       ENOUGH, SLEEP(wait + draw(0s, 50ms));
       DOUBLED);
VALUES(at_most, "WaitAtMost", (Five, grit::WaitAtMost<grit::dynamic, Backoff>),
       (grit::WaitAtMost<grit::dynamic, Backoff>{s.limit, Backoff{}}), s.limit < 0s, START, ENOUGH,
       SLEEP(std::min(wait, s.limit));
       wait = std::min<Duration>(2 * wait, 10s));

// Stops --------------------------------------------------------------------------------------------------------------

VALUES(after_attempt, "StopAfterAttempt", (grit::StopAfterAttempt<>, Backoff), (grit::StopAfterAttempt{s.attempts}),
       s.attempts < 1, START, n >= s.attempts, PAUSE);
VALUES(attempts_and_waits, "StopAfterAttempt and WaitExponential", (grit::StopAfterAttempt<>, grit::WaitExponential<>),
       (grit::StopAfterAttempt{s.attempts}, grit::WaitExponential{s.first, s.longest}), s.attempts < 1 || BAD_GROWTH,
       FIRST, n >= s.attempts, SLEEP(wait);
       DOUBLED);
VALUES(after_delay, "StopAfterDelay", (grit::StopAfterDelay<>, Backoff), (grit::StopAfterDelay{s.limit / 2}),
       s.limit < 0s, Duration const limit = s.limit / 2;
       Duration const start = now(); START, now() - start >= limit, PAUSE);
VALUES(before_delay, "StopBeforeDelay", (grit::StopBeforeDelay<>, Backoff), (grit::StopBeforeDelay{s.limit}),
       s.limit < 0s, Duration const start = now();
       START, now() - start + wait >= s.limit, PAUSE);
VALUES(two_stops, "StopAfterAttempt and StopBeforeDelay", (grit::StopAfterAttempt<>, grit::StopBeforeDelay<>, Backoff),
       (grit::StopAfterAttempt{s.attempts}, grit::StopBeforeDelay{s.limit * 10}), s.attempts < 1 || s.limit < 0s,
       Duration const start = now();
       START, n >= s.attempts || now() - start + wait >= s.limit * 10, PAUSE);
VALUES(any, "StopAny", (grit::StopAny<grit::StopAfterAttempt<>, grit::StopAfterDelay<>>, Backoff),
       (grit::StopAny{grit::StopAfterAttempt{s.attempts}, grit::StopAfterDelay{s.limit}}),
       s.attempts < 1 || s.limit < 0s, Duration const start = now();
       START, n >= s.attempts || now() - start >= s.limit, PAUSE);

// Callables with a state ----------------------------------------------------------------------------------------------

struct AtLeast {
    int least;
    bool operator()(grit::Attempt const& attempt) const noexcept { return attempt.number() >= least; }
};
struct Hook {
    int more;
    void operator()() const noexcept { opaque::hook_with(more); }
};
struct Growing {
    Duration step;
    Duration operator()(grit::Attempt const& attempt) const noexcept { return step * attempt.number(); }
};
VALUES(stop_if, "StopIf", (grit::StopIf<grit::dynamic, AtLeast>, Backoff), (grit::StopIf{AtLeast{s.attempts}}), false,
       START, n >= s.attempts, PAUSE);
VALUES(from, "WaitFrom", (Five, grit::WaitFrom<grit::dynamic, Growing>), (grit::WaitFrom{Growing{s.step}}), false, ,
       ENOUGH, SLEEP(s.step* n));
VALUES(hook, "BeforeSleep", (Five, Backoff, grit::BeforeSleep<grit::dynamic, Hook>),
       (grit::BeforeSleep{Hook{s.percent}}), false, START, ENOUGH, opaque::hook_with(s.percent);
       PAUSE);

// Predicates with a state, and what surrounds the loop: by hand a plain object of what they hold. -------------------

#define RESULT_OBJECT(id, name, policies, held, values, operation, good)                                               \
    grit::Retrying const id##_object{Five{}, Backoff{}, Clock{}, WITHOUT_BRACKETS policies};                           \
    held const id##_by_hand_object values;                                                                             \
    LOOP(id##_library) { return (*static_cast<decltype(id##_object)*>(object))(operation); }                           \
    LOOP(id##_by_hand) {                                                                                               \
        held const& h = *static_cast<held const*>(object);                                                             \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            auto const result = operation();                                                                           \
            if ((good) || n == 5) return result;                                                                       \
            PAUSE;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name ", object", by_result(), Form::retrying, &id##_object, &id##_by_hand_object)
#define EXCEPTION_OBJECT(id, name, policies, held, values, clauses)                                                    \
    grit::Retrying const id##_object{Five{}, Backoff{}, Clock{}, WITHOUT_BRACKETS policies};                           \
    held const id##_by_hand_object values;                                                                             \
    LOOP(id##_library) { return (*static_cast<decltype(id##_object)*>(object))(opaque::operation); }                   \
    LOOP(id##_by_hand) {                                                                                               \
        held const& h = *static_cast<held const*>(object);                                                             \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            try {                                                                                                      \
                return opaque::operation();                                                                            \
            }                                                                                                          \
            clauses PAUSE;                                                                                             \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name ", object", by_exception(), Form::retrying, &id##_object, &id##_by_hand_object)

struct Above {
    int most;
    bool operator()(int result) const noexcept { return result > most; }
};
struct NotAbove {
    int most;
    bool operator()(int result) const noexcept { return result <= most; }
};
struct HasCode {
    int code;
    bool operator()(Timeout const& error) const noexcept { return error.code == code; }
};
RESULT_OBJECT(above, "RetryIfResult", (grit::RetryIfResult{Above{0}}), int, {0}, opaque::result_operation, result <= h);
RESULT_OBJECT(not_above, "RetryUnlessResult", (grit::RetryUnlessResult{NotAbove{0}}), int, {0},
              opaque::result_operation, result <= h);
RESULT_OBJECT(code, "RetryIfError", (grit::RetryIfError{std::errc::timed_out}), std::errc, {std::errc::timed_out},
              opaque::code_operation, !result || result != h);
EXCEPTION_OBJECT(
    has_code, "RetryIfException", (grit::RetryIfException{HasCode{1}}), int, {1}, catch (Timeout const& error) {
        if (error.code != h || n == 5) throw;
    });
EXCEPTION_OBJECT(
    message, "RetryIfMessage", (grit::RetryIfMessage{std::string{"timed"}}), std::string, {"timed"},
    SIGNALS_AND_REJECTIONS catch (std::exception const& error) {
        if (std::string_view{error.what()}.find(h) == std::string_view::npos || n == 5) throw;
    });

// A clock and random numbers with a state.
struct StatefulTime {
    static constexpr bool never_negative = true;
    int more;
    grit::TimePoint now() const noexcept { return grit::TimePoint{grit::Duration{opaque::now() + more}}; }
    void sleep(grit::Duration d) const noexcept { opaque::sleep(d.count() + more); }
};
struct StatefulRandom {
    std::uint64_t more;
    std::uint64_t operator()() noexcept { return opaque::random() + more; }
};
struct Surroundings {
    StatefulTime& time;
    StatefulRandom& random;
};
StatefulTime stateful_time{1};
StatefulRandom stateful_random{1};
Surroundings const surroundings_by_hand_object{stateful_time, stateful_random};

#define SURROUNDED(id, predicate, operation, by_hand_try, plans)                                                       \
    grit::Retrying const id##_object{Five{},      grit::StopAfterDelay<60s>{}, grit::WaitRandom<100ms, 300ms>{},       \
                                     predicate{}, grit::Time{stateful_time},   grit::Random{stateful_random}};         \
    LOOP(id##_library) { return (*static_cast<decltype(id##_object)*>(object))(operation); }                           \
    LOOP(id##_by_hand) {                                                                                               \
        Surroundings const& s = *static_cast<Surroundings const*>(object);                                             \
        grit::TimePoint const start = s.time.now();                                                                    \
        for (int n = 1;; ++n) {                                                                                        \
            by_hand_try __extension__ using Wide = unsigned __int128;                                                  \
            Wide const drawn = Wide{s.random()} * 200'000'001;                                                         \
            s.time.sleep(100ms + Duration{static_cast<std::int64_t>(drawn >> 64)});                                    \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, "Time and Random, objects", plans, Form::retrying, &id##_object, &surroundings_by_hand_object)
SURROUNDED(surrounded_result, IfBusy, opaque::result_operation, int const result = opaque::result_operation();
           if (!is_busy(result) || n == 5 || s.time.now() - start >= 60s) return result;, by_result());
SURROUNDED(
    surrounded_exception, IfTimeout, opaque::operation, try { return opaque::operation(); } catch (Timeout const&) {
        if (n == 5 || s.time.now() - start >= 60s) throw;
    },
    by_exception());

} // namespace
} // namespace rows
