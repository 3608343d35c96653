# SPDX-License-Identifier: BSL-1.0
"""What GDB prints for breakers and durations of grit: source grit_gdb.py, or a line "source <path>" in ~/.gdbinit.

A CircuitBreaker is its state, epoch and what the state holds; a duration in nanoseconds is in the largest unit that is exact.
"""
import gdb
import gdb.printing

# include/grit/circuit_breaker/word.hpp, where the bits are explained.
STATES = {0: "closed", 1: "metrics_only", 2: "disabled", 4: "open", 5: "half_open", 6: "forced_open"}
KIND_BITS, PAYLOAD_BITS, OPENINGS_BITS, COUNTER_BITS = 3, 37, 6, 10
UNITS = [(10**9, "s"), (10**6, "ms"), (10**3, "us"), (1, "ns")]
NANOSECONDS = r"^std::(__\w+::)?chrono::duration<(long|long long), ?std::(__\w+::)?ratio<1l*, ?1000000000l*> ?>$"


def low_bits(number, bits):
    return number & ((1 << bits) - 1)


class CircuitBreaker:
    def __init__(self, value):
        word = value["word_"]["word_"]
        unsigned = gdb.lookup_type("unsigned long long").pointer()
        self.word = int(word.address.cast(unsigned).dereference())  # whatever the atomic type calls its member

    def to_string(self):
        state = STATES.get(low_bits(self.word, KIND_BITS), "unknown")
        payload = low_bits(self.word >> KIND_BITS, PAYLOAD_BITS)
        parts = [state, f"epoch {self.word >> (KIND_BITS + PAYLOAD_BITS)}"]
        if state in ("open", "half_open"):
            parts.append(f"{low_bits(payload, OPENINGS_BITS)} openings in a row")
        if state == "half_open":
            counters = payload >> OPENINGS_BITS
            under_way, succeeded, failed = (low_bits(counters >> n * COUNTER_BITS, COUNTER_BITS) for n in range(3))
            parts.append(f"probes: {under_way} under way, {succeeded} succeeded, {failed} failed")
        return ", ".join(parts)


class Nanoseconds:
    def __init__(self, value):
        self.count = int(value[value.type.strip_typedefs().fields()[0]])

    def to_string(self):
        ticks, unit = next(unit for unit in UNITS if self.count % unit[0] == 0)
        return f"{self.count // ticks}{unit}"


class ConstantDuration(Nanoseconds):
    def to_string(self):
        return "dynamic" if self.count == -(2**63) else super().to_string()


def printers():
    found = gdb.printing.RegexpCollectionPrettyPrinter("grit")
    found.add_printer("CircuitBreaker", r"^grit::(v\w+::)?CircuitBreaker<.*>$", CircuitBreaker)
    found.add_printer("ConstantDuration", r"^grit::(v\w+::)?ConstantDuration$", ConstantDuration)
    found.add_printer("Duration", NANOSECONDS, Nanoseconds)
    return found


gdb.printing.register_pretty_printer(None, printers(), replace=True)
