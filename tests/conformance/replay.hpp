// SPDX-License-Identifier: BSL-1.0
#pragma once
// Scenarios of retrying, one a line, and what becomes of each: read from a line, decided by the real Retrying.

#include <string>
#include <vector>

namespace conformance {

/// A stop: "attempt" with a count, "delay" or "before" with milliseconds, or "any" or "all" of an "attempt" and
/// another.
struct Stop {
    std::string kind;
    int attempts = 0;
    int milliseconds = 0;
    std::string other; // of an "any" or "all": "delay" or "before"
};

/// A wait and its numbers: fixed d · incrementing start step max · exponential initial factor max min · chain and sum
/// of parts.
struct Wait {
    std::string kind;
    std::vector<int> numbers;
    std::vector<Wait> parts;
};

/// A predicate: "if" or "unless" error types, "if_or_result" an error type and a value, "result" or "not_result" a
/// value.
struct Retry {
    std::string kind;
    std::string errors;
    int value = 0;
};

/// What one call of the operation does: how long it takes, then which error it throws, or which value it returns.
struct Step {
    int took = 0;
    char error = 0; // A, B (an A), C, or T for TryAgain; 0 for a value
    int value = 0;
};

struct Outcome {
    int calls = 0;
    std::vector<long long> sleeps; // milliseconds
    std::string log;               // b1 a1 s1 …: before, after, before_sleep, with the number of the attempt
    std::string out;               // A#3: the error and its attempt · T: TryAgain · =7: a value · then "gave_up" if so
    long long end = 0;             // of the clock, in milliseconds

    friend bool operator==(Outcome const&, Outcome const&) = default;
};

struct Scenario {
    Stop stop;
    Wait wait;
    Retry retry;
    std::vector<Step> script; // the last step repeats
};

struct Recorded {
    Scenario scenario;
    Outcome expected;
};

/// Reads `stop | wait | retry | script` and, if it is there, `| calls | sleeps | log | out | end`.
/// Throws: std::invalid_argument for a line that it cannot read.
Recorded parse(std::string const& line);

/// Plays a scenario on a clock of its own.
Outcome replay(Scenario const& scenario);

/// Returns: `calls | sleeps | log | out | end`, as parse() reads them.
std::string to_string(Outcome const& outcome);

} // namespace conformance
