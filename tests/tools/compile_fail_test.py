# SPDX-License-Identifier: BSL-1.0
import json
import shutil
import unittest

from tree import run

SAYS = "// expect-error: grit: 'A' needs\n"
FIRST = "a.cpp:3:1: error: static assertion failed: grit: 'A' needs a stop\n"
OTHER = "a.cpp:2:1: error: expected ';'\n"


TABLE = """\
template <int N>
struct Wait { static_assert(N >= 0, "grit: 'Wait' is negative"); };

// expect-error: grit: 'Wait' is negative
namespace first {
Wait<-1> wait;
}

// expect-error: grit: 'Wait' is negative
namespace second {
Wait<-2> wait;
}
"""
NEGATIVE = "static assertion failed: grit: 'Wait' is negative\n"
GCC = "w.hpp: In instantiation of 'struct Wait<-1>':\n{tree}/a.cpp:%d:10:   required from here\nw.hpp:2:9: error: %s"
CLANG = "w.hpp:2:9: error: %s{tree}/a.cpp:%d:10: note: in instantiation of 'Wait<-1>' requested here\n"
FIRST_CASE, SECOND_CASE = GCC % (6, NEGATIVE), GCC % (11, NEGATIVE)


def compile_fail(source: str, status: int, output: str, alone: str = "echo; exit 0") -> tuple[int, str]:
    """Runs the tool with a compiler that prints `output` and exits with `status`; for a case of a table alone, `alone`."""
    command = "sh {tree}/compiler -c {tree}/a.cpp -o a.o"
    files = {
        "a.cpp": source,
        "compiler": f"case $2 in */a.cpp) ;; *) {alone} ;; esac\ncat <<'END'\n{output}END\nexit {status}\n",
        "compile_commands.json": json.dumps([{"directory": "{tree}", "file": "{tree}/a.cpp", "command": command}]),
    }
    return run("compile_fail.py", files, "{tree}/compile_commands.json", "{tree}/a.cpp")


class CompileFail(unittest.TestCase):
    def test_right_error(self) -> None:
        status, output = compile_fail(SAYS, 1, "a.cpp: In function f:\n" + FIRST + OTHER)
        self.assertEqual(status, 0, output)

    def test_file_that_compiles(self) -> None:
        status, output = compile_fail(SAYS, 0, "")
        self.assertEqual(status, 1)
        self.assertIn("compiles, but must not", output)

    def test_only_the_first_error_counts(self) -> None:
        status, output = compile_fail(SAYS, 1, OTHER + FIRST)
        self.assertEqual(status, 1)
        self.assertIn("fails for another reason", output)

    def test_failure_without_error(self) -> None:
        self.assertEqual(compile_fail(SAYS, 139, "killed\n")[0], 1)

    def test_no_expectation(self) -> None:
        self.assertIn("does not say what to expect", compile_fail("int i;\n", 1, OTHER)[1])


class Table(unittest.TestCase):
    def assert_problem(self, result: tuple[int, str], *says: str) -> None:
        self.assertEqual(result[0], 1, result[1])
        for text in says:
            self.assertIn(text, result[1])

    def test_errors_of_both_compilers(self) -> None:
        for output in (FIRST_CASE + SECOND_CASE, CLANG % (NEGATIVE, 6) + CLANG % (NEGATIVE, 11)):
            status, printed = compile_fail(TABLE, 1, output)
            self.assertEqual(status, 0, printed)
            self.assertEqual([line.split(":")[0] for line in printed.splitlines()], ["first", "second"])

    def test_error_within_the_case(self) -> None:
        self.assertEqual(compile_fail(TABLE, 1, FIRST_CASE + "{tree}/a.cpp:11:1: error: " + NEGATIVE)[0], 0)

    def test_error_that_names_only_a_lambda_of_the_case(self) -> None:
        of_second = "w.hpp:2:9: error: requirement 'f<(lambda at {tree}/a.cpp:11:10)>': " + NEGATIVE
        status, printed = compile_fail(TABLE, 1, FIRST_CASE + of_second)
        self.assertEqual(status, 0, printed)

    def test_file_named_relative_to_the_directory(self) -> None:
        self.assertEqual(compile_fail(TABLE, 1, FIRST_CASE + "./a.cpp:11:1: error: " + NEGATIVE)[0], 0)

    def test_case_that_compiles(self) -> None:
        says = ("second gets no error", "expected:    grit: 'Wait'", "alone:       it compiles", "1 problems in 2 cases")
        result = compile_fail(TABLE, 1, FIRST_CASE)
        self.assert_problem(result, *says)
        self.assertNotIn("first gets", result[1])

    def test_table_that_compiles(self) -> None:
        self.assert_problem(compile_fail(TABLE, 0, ""), "first gets no error", "second gets no error")

    def test_cases_that_share_a_template(self) -> None:
        result = compile_fail(TABLE, 1, FIRST_CASE, f"echo \"$2:11:1: error: {NEGATIVE.strip()}\"; exit 1")
        self.assert_problem(result, "second gets no error", "it shares a template with another case")

    def test_another_sentence(self) -> None:
        result = compile_fail(TABLE, 1, FIRST_CASE + GCC % (11, "no member 'x'\n"))
        self.assert_problem(result, "second fails for another reason", "first error: w.hpp:2:9: error: no member 'x'")

    def test_only_the_first_error_of_a_case_counts(self) -> None:
        other = GCC % (11, "no member 'x'\n")
        self.assert_problem(compile_fail(TABLE, 1, FIRST_CASE + other + SECOND_CASE), "second fails for another reason")
        self.assertEqual(compile_fail(TABLE, 1, FIRST_CASE + SECOND_CASE + other)[0], 0)

    def test_order_of_the_cases_does_not_matter(self) -> None:
        self.assertEqual(compile_fail(TABLE, 1, SECOND_CASE + FIRST_CASE)[0], 0)

    def test_two_cases_mixed(self) -> None:
        note = "{tree}/a.cpp:6:1: note: declared here\n"
        self.assert_problem(compile_fail(TABLE, 1, FIRST_CASE + SECOND_CASE + note), "an error of several cases, ")
        self.assert_problem(compile_fail(TABLE, 1, GCC % (11, NEGATIVE) + note), "an error of several cases, ", "first gets no")

    def test_error_of_no_case(self) -> None:
        for stray in ("{tree}/a.cpp:1:1: error: no\n", "w.hpp:7:7: error: no\n"):
            self.assert_problem(compile_fail(TABLE, 1, stray + FIRST_CASE + SECOND_CASE), "an error of no case:")

    def test_second_error_of_an_instantiation(self) -> None:
        """GCC says where it comes from once; it is never the first of a case."""
        again = "w.hpp:3:9: error: incomplete type\n"
        self.assertEqual(compile_fail(TABLE, 1, FIRST_CASE + again + SECOND_CASE)[0], 0)
        self.assert_problem(compile_fail(TABLE, 1, FIRST_CASE + "w.hpp:2:9: error: " + NEGATIVE), "second gets no error")

    def test_notes_of_a_warning(self) -> None:
        warning = "w.hpp:1:1: warning: unused\n{tree}/a.cpp:11:1: note: here\n"
        self.assertEqual(compile_fail(TABLE, 1, FIRST_CASE + warning + SECOND_CASE)[0], 0)
        self.assert_problem(compile_fail(TABLE, 1, FIRST_CASE + warning), "second gets no error")

    def test_errors_of_a_compiler_that_succeeds(self) -> None:
        self.assert_problem(compile_fail(TABLE, 0, FIRST_CASE + SECOND_CASE), "succeeds")

    def test_expectation_without_case(self) -> None:
        self.assert_problem(compile_fail(TABLE + SAYS, 1, ""), "must begin a namespace")
        self.assert_problem(compile_fail(TABLE + SAYS + "int i;\n", 1, ""), "a.cpp:13: the line below")

    def test_two_cases_of_one_name(self) -> None:
        self.assert_problem(compile_fail(TABLE.replace("second", "first"), 1, ""), "two cases are called first")


class Compilers(unittest.TestCase):
    """The same with the compilers that are here."""

    def each(self, table: str) -> list[tuple[int, str]]:
        found = [name for name in ("c++", "g++", "clang++-19") if shutil.which(name)]
        return [self.compile(name, table) for name in found] or self.skipTest("no compiler")

    def compile(self, compiler: str, table: str) -> tuple[int, str]:
        entry = {"directory": "{tree}", "file": "{tree}/a.cpp", "command": f"{compiler} -c {{tree}}/a.cpp -o a.o"}
        files = {"a.cpp": table, "compile_commands.json": json.dumps([entry])}
        return run("compile_fail.py", files, "{tree}/compile_commands.json", "{tree}/a.cpp")

    def test_table(self) -> None:
        for status, printed in self.each(TABLE):
            self.assertEqual(status, 0, printed)

    def test_case_that_compiles(self) -> None:
        for status, printed in self.each(TABLE.replace("<-2>", "<2>")):
            self.assertEqual(status, 1)
            self.assertRegex(printed, "second gets no error(.*\n)+alone: +it compiles")

    def test_cases_that_share_a_template(self) -> None:
        for status, printed in self.each(TABLE.replace("<-2>", "<-1>")):
            self.assertEqual(status, 1)
            self.assertRegex(printed, "second gets no error(.*\n)+alone: .* shares a template")

    def test_another_sentence(self) -> None:
        for status, printed in self.each(TABLE.replace("Wait<-2> wait;", "Gone gone; Wait<-2> wait;")):
            self.assertEqual(status, 1)
            self.assertRegex(printed, "second fails for another reason(.*\n)+first error: .*Gone")


unittest.main()
