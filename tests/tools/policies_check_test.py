# SPDX-License-Identifier: BSL-1.0
import unittest

from tree import HEAD, run

POLICY = "{\npublic:\n    static constexpr Family family = Family::wait;\n};\n"
COMPLETE = {
    "include/grit/wait/fixed.hpp": f"{HEAD}namespace grit {{\n\nclass WaitFixed {POLICY}\n}} // namespace grit\n",
    "tests/wait/fixed.test.cpp": "",
    "docs/reference/wait/fixed.md": "# WaitFixed\n",
    "docs/reference/semantics.md": "- **R-1** `WaitFixed<D>` waits D.\n",
    "tests/compile_fail/bounds.cpp": "constexpr grit::Retrying<grit::WaitFixed<-1s>> retrying;\n",
}


def policies_check(files: dict[str, str]) -> tuple[int, str]:
    return run("policies_check.py", files)


def found(text: str, header: str = "wait/more.hpp") -> list[str]:
    """The policies that the tool sees in a header, of which nothing else is there."""
    lines = policies_check({f"include/grit/{header}": text})[1].splitlines()
    return [line.split(": ")[1].split()[0] for line in lines if line.endswith("a rule in docs/reference/semantics.md that names it")]


class PoliciesCheck(unittest.TestCase):
    def assert_lack(self, files: dict[str, str], lack: str) -> None:
        status, output = policies_check(files)
        self.assertEqual(status, 1, output)
        self.assertEqual(output.splitlines(), [lack])

    def test_complete(self) -> None:
        status, output = policies_check(COMPLETE)
        self.assertEqual(status, 0, output)
        self.assertIn("1 policies", output)

    def test_each_lack(self) -> None:
        header = "include/grit/wait/fixed.hpp"
        lacks = {
            "tests/wait/fixed.test.cpp": f"{header} lacks the test tests/wait/fixed.test.cpp",
            "docs/reference/wait/fixed.md": f"{header}: WaitFixed lacks a page docs/reference/wait/fixed.md that names it",
            "docs/reference/semantics.md": f"{header}: WaitFixed lacks a rule in docs/reference/semantics.md that names it",
            "tests/compile_fail/bounds.cpp": f"{header}: WaitFixed lacks a case in tests/compile_fail that names it",
        }
        for file, lack in lacks.items():
            self.assert_lack({name: text for name, text in COMPLETE.items() if name != file}, lack)

    def test_a_name_is_a_whole_word(self) -> None:
        files = COMPLETE | {"docs/reference/wait/fixed.md": "# WaitFixedly\n"}
        self.assertIn("a page", policies_check(files)[1])

    def test_only_rules_count(self) -> None:
        prose = "`WaitFixed` is mentioned.\n- **R-1** Something\n"
        self.assertIn("a rule", policies_check(COMPLETE | {"docs/reference/semantics.md": prose})[1])
        second_line = "- **R-1** One that goes on,\n  with `WaitFixed`.\n"
        self.assertEqual(policies_check(COMPLETE | {"docs/reference/semantics.md": second_line})[0], 0)

    def test_what_is_a_policy(self) -> None:
        self.assertEqual(found(f"namespace grit {{\nstruct A {POLICY}}} // namespace grit\n"), ["A"])
        self.assertEqual(found(f"namespace grit {{\nclass A<int> : B {POLICY}}} // namespace grit\n"), ["A"])
        self.assertEqual(found(f"namespace grit {{\nstruct A {POLICY}}} // namespace grit\n", "core/name.hpp"), [])
        self.assertEqual(found("namespace grit {\nstruct A {\n};\n} // namespace grit\n"), [])

    def test_stages(self) -> None:
        for member in ("template <class Next>\n    auto run(Next&& next) const;", "Call call(Attempt const& outer) const;"):
            stage = f"namespace grit {{\nclass A {{\n    {member}\n}};\n}} // namespace grit\n"
            self.assertEqual(found(stage, "timeout/deadline.hpp"), ["A"])

    def test_a_family_in_a_sentence_is_none(self) -> None:
        sentence = 'static_assert(false, "grit: write \'static constexpr Family family = Family::wait\'");'
        self.assertEqual(found(f"namespace grit {{\nstruct A {{\n    {sentence}\n}};\n}} // namespace grit\n"), [])

    def test_bases(self) -> None:
        of_detail = f"namespace detail {{\nstruct Base {POLICY}}} // namespace detail\n"
        alias = "namespace detail {\ntemplate <class T>\nusing Other = std::conditional_t<true, Base, T>;\n} // namespace detail\n"
        classes = "struct B : Other<C<int>> {};\nclass A : public detail::Base {\n};\nclass C : Held<Base> {\n};\nusing D = A;\n"
        text = f"namespace grit {{\n{of_detail}{alias}{classes}}} // namespace grit\n"
        self.assertEqual(found(text), ["B", "A", "D"])

    def test_details_are_private(self) -> None:
        self.assertEqual(found(f"namespace grit::detail {{\nstruct A {POLICY}}} // namespace grit::detail\n"), [])
        after = f"namespace grit {{\nnamespace detail {{\n}} // namespace detail\nstruct A {POLICY}}} // namespace grit\n"
        self.assertEqual(found(after), ["A"])


unittest.main()
