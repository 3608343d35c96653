// SPDX-License-Identifier: BSL-1.0
// Exits with 0 if each translation unit behaves as it was compiled.

#include "mixed_exceptions/calls.hpp"
#include "support/plain_checks.hpp"

int main() {
    check(with::retried_results() == 3, "with exceptions, results are retried");
    check(with::retried_exceptions() == 3, "with exceptions, exceptions are retried");
    check(with::retried_in_wrapped_operation() == 3, "with exceptions, exceptions of a wrapped operation are retried");
    check(with::retried_signals() == 3, "with exceptions, TryAgain in a result is obeyed");
    check(with::given_up_permanently() == 1, "with exceptions, Permanent in a result is obeyed");
    check(with::reports_result(), "with exceptions, a report has a result");
    check(with::reports_exception(), "with exceptions, a report rethrows");
    check(with::rejects_wrong_value(), "with exceptions, a wrong value throws");
    check(with::rejects_wrong_set(), "with exceptions, a wrong set throws");
    check(with::rejects_wrong_replacement(), "with exceptions, a wrong replacement throws");
    check(with::throws_a_rejection(), "with exceptions, a rejection is thrown");
    check(with::throws_without_memory(), "with exceptions, a shared memory that cannot be had throws");

    check(without::retried_results() == 3, "without exceptions, results are retried");
    check(without::retried_in_wrapped_operation() == 3,
          "without exceptions, results of a wrapped operation are retried");
    check(without::retried_signals() == 3, "without exceptions, TryAgain in a result is obeyed");
    check(without::given_up_permanently() == 1, "without exceptions, Permanent in a result is obeyed");
    check(without::reports_result(), "without exceptions, a report has a result");
    check(aborts(without::make_wrong_value), "without exceptions, a wrong value aborts");
    check(aborts(without::make_wrong_set), "without exceptions, a wrong set aborts");
    check(aborts(without::make_wrong_replacement), "without exceptions, a wrong replacement aborts");
    check(without::returns_a_rejection(), "without exceptions, a rejection is a result");
    check(aborts(without::make_memory), "without exceptions, a shared memory that cannot be had aborts");
    return failures;
}
