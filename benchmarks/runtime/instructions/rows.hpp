// SPDX-License-Identifier: BSL-1.0
#pragma once
// A row of the table: a loop by grit and its twin by hand, and what one call of either must do. The files of rows add
// theirs before main() starts.

#include <vector>

#include "opaque.hpp"

namespace rows {

using opaque::Fails;

/// What is thrown or returned on the way; decides how many instructions more are tolerated.
enum class Ends : int { success, result, exception };

/// One way in which a call goes on: how often and how the operation fails, and how often it is called.
struct Plan {
    char const* name;
    Ends ends;
    Fails how;
    int failures;
    int calls;
};
using Plans = std::vector<Plan>;
inline constexpr int always = 1000;
inline constexpr int unknown = -1; // as often as by hand

inline Plans by_result(int most = 5) {
    return {{"success, result", Ends::success, Fails::by_result, 0, 1},
            {"two failures, result", Ends::result, Fails::by_result, 2, 3},
            {"gives up, result", Ends::result, Fails::by_result, always, most}};
}
inline Plans by_exception(Fails how = Fails::by_timeout, int most = 5) {
    return {{"success, may throw", Ends::success, how, 0, 1},
            {"two failures, exception", Ends::exception, how, 2, 3},
            {"gives up, exception", Ends::exception, how, always, most}};
}
/// An exception that nothing retries.
inline Plans passes(Fails how = Fails::by_unknown) { return {{"not retried, exception", Ends::exception, how, 1, 1}}; }
inline Plans operator+(Plans a, Plans const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// What is called, which decides as well: see instructions.py.
enum class Form : int {
    retrying,
    report,
    breaker,
    pipeline_of_2,
    pipeline_of_3,
    pipeline_of_5,
    shared_word, // one or two writes of a word that threads share
    own_draws    // retrying with random numbers that differ each time
};

using Loop = void (*)(void const* object);
struct Row {
    char const* family;
    char const* policy;
    Plan plan;
    Form form;
    Loop by_library;
    Loop by_hand;
    void const* library_object; // what exists before the call
    void const* by_hand_object;
};
std::vector<Row>& all();

/// A loop as all of them are called.
template <auto F>
void call(void const* object) {
    static_cast<void>(F(object));
}

/// Adds a row for each plan. Returns: true.
inline bool add(char const* family, char const* policy, Plans const& plans, Loop library, Loop by_hand,
                Form form = Form::retrying, void const* library_object = &opaque::settings,
                void const* by_hand_object = &opaque::settings) {
    for (Plan const& plan : plans)
        all().push_back({family, policy, plan, form, library, by_hand, library_object, by_hand_object});
    return true;
}

} // namespace rows
