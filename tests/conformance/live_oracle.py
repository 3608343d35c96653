#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Plays fresh random scenarios with the installed tenacity and with grit, and compares what became of them.

usage: live_oracle.py REPLAY [COUNT] [SEED]     REPLAY is the program made of replay_main.cpp

The language of a scenario is described at the head of tenacity-9.1.4.txt. Versions before 9.0 know no stop_before_delay
and ask stop before wait; neither can be seen in what is generated here. Exit code 77: there is no tenacity.
"""

import random
import subprocess
import sys

SKIPPED = 77


class Clock:
    """Milliseconds as tenacity's seconds, so that every sum is exact; it moves only when it is told to."""

    now = 0.0

    @classmethod
    def monotonic(cls):
        return cls.now


class A(Exception):
    pass


class B(A):
    pass


class C(Exception):
    pass


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def some_wait(self):
        """A wait that needs no other, with bounds that grit accepts."""
        pick, spread = self.random.choice, self.random.randint
        kind = pick(["fixed", "incrementing", "exponential"])
        if kind == "fixed":
            return f"fixed {pick([0, spread(1, 50), spread(51, 5000)])}"
        if kind == "incrementing":
            return f"incrementing {spread(0, 900)} {spread(-300, 600)} {spread(0, 4000)}"
        longest = spread(1, 60000)
        return f"exponential {spread(0, longest)} {spread(1, 5)} {longest} {pick([0, spread(0, longest)])}"

    def wait(self):
        kind = self.random.choice(["none", "one", "one", "one", "chain", "sum"])
        if kind == "none":
            return "none"
        if kind == "one":
            return self.some_wait()
        count = self.random.randint(1, 3)
        return " ".join([kind, str(count)] + [self.some_wait() for _ in range(count)])

    def stop(self):
        attempts = f"attempt {self.random.randint(1, 12)}"
        delay = f"delay {self.random.choice([0, 1, self.random.randint(2, 400), self.random.randint(401, 15000)])}"
        return self.random.choice([attempts, attempts, delay, f"any {attempts} {delay}", f"all {attempts} {delay}"])

    def retry(self):
        return self.random.choice(
            ["if A", "if B", "if C", "if AC", "unless B", "unless C"]
            + [f"if_or_result A {self.value()}", f"result {self.value()}", f"not_result {self.value()}"]
        )

    def value(self):
        return self.random.randint(-2, 2)

    def outcome(self):
        return self.random.choice(["A", "B", "C", "T"]) if self.random.random() < 0.6 else f"={self.value()}"

    def scenario(self):
        retry = self.retry()
        script = []
        for _ in range(self.random.randint(1, 14)):
            outcome = self.outcome()
            if self.random.random() < 0.8:  # long runs are rare if every outcome is left to chance
                for _ in range(20):
                    if goes_on(retry, outcome):
                        break
                    outcome = self.outcome()
            script.append((self.random.choice([0, 0, 1, 5, 40, 700]), outcome))
        script[-1] = (max(script[-1][0], 20), script[-1][1])  # the last step repeats: time must pass
        return self.stop(), self.wait(), retry, script


def goes_on(retry, outcome):
    """Would this outcome be retried? A guess that only shapes the scenarios; tenacity itself decides them."""
    kind, *rest = retry.split()
    if outcome == "T":
        return True
    if outcome.startswith("="):
        if kind == "not_result":
            return outcome != f"={rest[-1]}"
        return kind in ("result", "if_or_result") and outcome == f"={rest[-1]}"
    errors = rest[0] if kind in ("if", "unless", "if_or_result") else ""
    named = outcome in errors or (outcome == "B" and "A" in errors)
    return named if kind in ("if", "if_or_result") else kind == "unless" and not named


class Oracle:
    """Plays scenarios with tenacity."""

    def __init__(self, tenacity):
        self.tenacity = tenacity
        self.errors = {"A": A, "B": B, "C": C, "T": tenacity.TryAgain}

    def stop(self, text):
        t, words = self.tenacity, text.split()
        simple = {"attempt": lambda n: t.stop_after_attempt(int(n)), "delay": lambda d: t.stop_after_delay(float(d))}
        if words[0] in simple:
            return simple[words[0]](words[1])
        combined = t.stop_any if words[0] == "any" else t.stop_all
        return combined(simple[words[1]](words[2]), simple[words[3]](words[4]))

    def wait(self, words):
        """Takes the words of one wait from the front of the list."""
        t, kind = self.tenacity, words.pop(0)
        if kind == "none":
            return t.wait_none()
        if kind in ("chain", "sum"):
            parts = [self.wait(words) for _ in range(int(words.pop(0)))]
            return t.wait_chain(*parts) if kind == "chain" else t.wait_combine(*parts)
        if kind == "fixed":
            return t.wait_fixed(float(words.pop(0)))
        numbers = [float(words.pop(0)) for _ in range(3 if kind == "incrementing" else 4)]
        if kind == "incrementing":
            return t.wait_incrementing(start=numbers[0], increment=numbers[1], max=numbers[2])
        return t.wait_exponential(multiplier=numbers[0], exp_base=numbers[1], max=numbers[2], min=numbers[3])

    def retry(self, text):
        t, (kind, *rest) = self.tenacity, text.split()
        if kind == "result":
            return t.retry_if_result(lambda value: value == int(rest[0]))
        if kind == "not_result":
            return t.retry_if_not_result(lambda value: value == int(rest[0]))
        errors = tuple(self.errors[letter] for letter in rest[0])
        if kind == "unless":
            return t.retry_if_not_exception_type(errors)
        by_type = t.retry_if_exception_type(errors)
        if kind == "if":
            return by_type
        return t.retry_any(by_type, t.retry_if_result(lambda value: value == int(rest[1])))

    def play(self, scenario):
        stop, wait, retry, script = scenario
        Clock.now = 0.0
        sleeps, log, calls = [], [], []

        def sleep(duration):
            if duration > 0:
                sleeps.append(duration)
            Clock.now += duration

        def operation():
            took, outcome = script[min(len(calls), len(script) - 1)]
            calls.append(outcome)
            Clock.now += took
            if outcome.startswith("="):
                return int(outcome[1:])
            raise self.errors[outcome](f"#{len(calls)}")

        def logger(letter):
            return lambda state: log.append(f"{letter}{state.attempt_number}")

        retrying = self.tenacity.Retrying(
            sleep=sleep,
            stop=self.stop(stop),
            wait=self.wait(wait.split()),
            retry=self.retry(retry),
            before=logger("b"),
            after=logger("a"),
            before_sleep=logger("s"),
        )
        gave_up = ""
        try:
            out = f"={retrying(operation)}"
        except self.tenacity.RetryError as error:
            gave_up, last = " gave_up", error.last_attempt
            out = self.named(last.exception()) if last.failed else f"={last.result()}"
        except (A, C) as error:
            out = self.named(error)
        return [str(len(calls)), " ".join(f"{s:.0f}" for s in sleeps), " ".join(log), out + gave_up, f"{Clock.now:.0f}"]

    def named(self, error):
        return "T" if isinstance(error, self.tenacity.TryAgain) else f"{type(error).__name__}{error}"


def written(scenario):
    stop, wait, retry, script = scenario
    return " | ".join([stop, wait, retry, " ".join(f"{took}{outcome}" for took, outcome in script)])


def main(replay, count=3000, seed=None):
    try:
        import tenacity
    except ImportError:
        print("skipped: this python has no tenacity (Debian: apt-get install python3-tenacity)")
        return SKIPPED
    import time

    time.monotonic = Clock.monotonic
    seed = random.SystemRandom().randrange(10**9) if seed is None else int(seed)
    generator, oracle = Generator(seed), Oracle(tenacity)
    scenarios = [generator.scenario() for _ in range(int(count))]
    expected = [oracle.play(scenario) for scenario in scenarios]
    lines = "".join(written(scenario) + "\n" for scenario in scenarios)
    decided = subprocess.run([replay], input=lines, text=True, capture_output=True)
    if decided.returncode != 0:
        print(f"{replay}: {decided.stderr}")
        return 1
    answers = [[part.strip() for part in line.split("|")] for line in decided.stdout.splitlines()]
    if len(answers) != len(scenarios):
        print(f"{replay} answered {len(answers)} of {len(scenarios)} scenarios")
        return 1
    differences = [(s, e, a) for s, e, a in zip(scenarios, expected, answers) if e != a]
    for scenario, wanted, answer in differences[:10]:
        print(f"{written(scenario)}\n  tenacity: {' | '.join(wanted)}\n  grit:     {' | '.join(answer)}")
    print(f"{len(scenarios)} scenarios, {len(differences)} differences, seed {seed}")
    return 1 if differences or not scenarios else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
