# SPDX-License-Identifier: BSL-1.0
import unittest

from tree import run

NAVIGATION = '<a class="md-nav__link" href="a.html">A</a>'


def check(index: str, a: str = '<h1 id="top">A</h1>', **more: str) -> tuple[int, str]:
    files = {"docs/index.md": "", "docs/a.md": "", "site/index.html": index, "site/a.html": a}
    more = {name.replace("__", "/").replace("_", "."): text for name, text in more.items()}
    return run("docs_site_check.py", files | more, "{tree}/site", "{tree}/docs")


class DocsSiteCheck(unittest.TestCase):
    def test_a_complete_site(self) -> None:
        self.assertEqual(check(NAVIGATION + '<a href="a.html#top"></a><a href="https://example.org"></a>')[0], 0)

    def test_links(self) -> None:
        self.assertIn("gone.html leads nowhere", check(NAVIGATION + '<a href="gone.html"></a>')[1])
        self.assertIn("a.html#gone names no anchor", check(NAVIGATION + '<a href="a.html#gone"></a>')[1])
        self.assertIn("gone.svg leads nowhere", check(NAVIGATION + '<img src="gone.svg">')[1])

    def test_nothing_is_fetched(self) -> None:
        away = "is fetched from another machine"
        self.assertIn(away, check(NAVIGATION + '<script src="https://example.org/x.js"></script>')[1])
        self.assertIn(away, check(NAVIGATION + '<link rel="stylesheet" href="//example.org/x.css">')[1])
        self.assertIn(away, check(NAVIGATION, site__x_css="@import 'https://example.org/x.css';")[1])
        self.assertEqual(check(NAVIGATION + '<link rel="canonical" href="https://example.org">')[0], 0)

    def test_navigation(self) -> None:
        self.assertIn("a.md is not in the navigation", check('<a href="a.html">A</a>')[1])
        self.assertIn("b.md is not in the site", check(NAVIGATION, docs__b_md="")[1])

    def test_fences(self) -> None:
        self.assertIn("a code block is shown as text", check(NAVIGATION, "<p>```cpp global</p>")[1])
        self.assertEqual(check(NAVIGATION, "<pre><code>```cpp</code></pre>")[0], 0)


unittest.main()
