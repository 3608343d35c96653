# SPDX-License-Identifier: BSL-1.0
"""What tools/docs_site.yml adds to MkDocs: the navigation is the list of docs/index.md, and linked sources are pages too.

The pages of a folder come in the order in which docs/index.md links them, under its headings; those of the reference, and
a page that is not listed yet, by their names. A link out of docs/, as to a benchmark, leads to a page with that file; a
reference page ends with a link to its header, and a page of fragments has one to its whole program.

The address of the repository is GRIT_HOME_URL in CMakeLists.txt, or the variable of the environment of that name. The
site is at GRIT_SITE_URL of the environment; unless given, where GitHub or GitLab puts the pages of that repository.
"""
import json
import os
import posixpath
import re
import sys
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import doc_examples  # noqa: E402
from docs_check import contents  # noqa: E402

SOURCES = ROOT / "build" / "docs-sources"  # pages made of files outside docs/
SECTIONS = {
    "tutorial": "Tutorial",
    "how_to": "How to",
    "coming_from": "Coming from",
    "explanation": "Explanation",
    "reference": "Reference",
    "decisions": "Decisions",
}
SHOWN = (".md", ".svg", ".css", ".js")  # what of docs/ is in the site as it is
LANGUAGES = {".hpp": "cpp", ".cpp": "cpp", ".py": "python", ".json": "json", ".md": "markdown", ".txt": "cmake"}
FENCE = re.compile(r"^(```+)[^\n`]*\n.*?^\1[ ]*$", re.MULTILINE | re.DOTALL)
INFO = re.compile(r"^(```+)(\w+) [^\n`]*$", re.MULTILINE)
DRAWING = re.compile(r"[\u2500-\u257f]")
CELL_CODE = re.compile(r"`[^`\n]+`")
LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")


def heading(page: Path) -> str:
    found = re.search(r"^# (.+)$", FENCE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return found[1].replace("`", "") if found else page.stem


def label(page: Path, folder: Path) -> str:
    """The heading of a page without what the heading of its section says already."""
    short = heading(page).removeprefix(SECTIONS.get(folder.name, "")).lstrip()
    return short[0].upper() + short[1:] if folder.name == "how_to" else short


def tree(folder: Path, docs: Path) -> list:
    """The navigation of one folder: the listed pages in their order and groups, then the others, then its folders."""
    listed = contents(docs / "index.md")
    pages = {page.relative_to(docs).as_posix(): page for page in sorted(folder.glob("*.md"), key=lambda p: heading(p).lower())}
    made: list = []
    groups: dict[str, list] = {}
    for path in sorted(pages, key=lambda path: list(listed).index(path) if path in listed else len(listed)):
        entry = {label(pages[path], folder): path}
        group = listed.get(path, "") if folder.name in SECTIONS and folder.name != "reference" else ""
        if path == "index.md":
            continue
        if not group:
            made.append(entry)
        elif group not in groups:
            groups[group] = [entry]
            made.append({group: groups[group]})
        else:
            groups[group].append(entry)
    folders = sorted((path for path in folder.iterdir() if path.is_dir() and any(path.rglob("*.md"))), key=order)
    return [*made, *({SECTIONS.get(path.name, path.name + "/"): tree(path, docs)} for path in folders)]


def order(folder: Path) -> tuple[int, str]:
    names = list(SECTIONS)
    return (names.index(folder.name) if folder.name in names else len(names), folder.name)


def home() -> str:
    """The address of the repository, or nothing where none is set."""
    found = re.search(r"^[ ]*set\(GRIT_HOME_URL \"([^\"]+)\"", (ROOT / "CMakeLists.txt").read_text("utf-8"), re.MULTILINE)
    return os.environ.get("GRIT_HOME_URL", found[1] if found else "").rstrip("/")


def site(repository: str) -> str:
    """Where the site is read."""
    hosted = re.fullmatch(r"https://(github|gitlab)\.com/([^/]+)/(.+)", repository)
    pages = f"https://{hosted[2].lower()}.{hosted[1]}.io/{hosted[3]}/" if hosted else f"{repository}/docs/"
    return os.environ.get("GRIT_SITE_URL", pages if repository else "")


def elsewhere(target: str, page: str) -> str | None:
    """The path from the root of a linked file that is no page of docs/, such as a benchmark; None for every other link."""
    if re.match(r"[a-z]+:", target):
        return None
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), target))
    page = path.startswith("docs/") and path.endswith(SHOWN)
    return None if page or not (ROOT / path).is_file() else path


def header_of(page: str) -> str | None:
    header = f"include/grit/{page.removeprefix('reference/').removesuffix('.md')}.hpp"
    return header if page.startswith("reference/") and (ROOT / header).is_file() else None


def source_page(path: str) -> str:
    return f"source/{path}.md"


def on_config(config):
    docs = Path(config["docs_dir"])
    config["nav"] = [{heading(docs / "index.md"): "index.md"}, *tree(docs, docs)]
    config["site_url"] = site(home()) or None
    if home():
        config["repo_url"] = home()
        config["repo_name"] = "Repository"
        config["edit_uri"] = "edit/main/docs/"
    return config


def on_files(files, config):
    for file in [file for file in files if file.abs_src_path.startswith(config["docs_dir"])]:
        if not file.src_uri.endswith(SHOWN):
            files.remove(file)
    linked = set()
    for file in files.documentation_pages():
        text = FENCE.sub("", Path(file.abs_src_path).read_text("utf-8"))
        linked |= {elsewhere(target, file.src_uri) for _, target, _ in LINK.findall(text)} | {header_of(file.src_uri)}
    for path in sorted(linked - {None}):
        page = SOURCES / source_page(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        text = (ROOT / path).read_text("utf-8").rstrip()
        language = LANGUAGES.get(Path(path).suffix, "text")
        page.write_text(f"# {Path(path).name}\n\n`{path}`\n\n`````{language}\n{text}\n`````\n", "utf-8")
        files.append(File(source_page(path), str(SOURCES), config["site_dir"], config["use_directory_urls"]))
    for file in list(files.documentation_pages()):
        text = None if file.src_uri.startswith("source/") else whole_program(Path(file.abs_src_path))
        if text is not None:
            page = SOURCES / program_page(file.src_uri)
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(f"# The program of {Path(file.src_uri).name}\n\n`````cpp\n{text}`````\n", "utf-8")
            files.append(File(program_page(file.src_uri), str(SOURCES), config["site_dir"], config["use_directory_urls"]))
    return files


def whole_program(page: Path) -> str | None:
    """The program of the fragments of a page, as it is compiled; None if each block is a program."""
    made = doc_examples.programs(page, "page").get("page.cpp")
    return made and re.sub(r"\n{3,}", "\n\n", re.sub(r"^#line .*\n", "", made, flags=re.MULTILINE))


def program_page(page: str) -> str:
    return f"source/program/{page}"


def on_page_context(context, page, config, nav):
    """A page that is made of a file elsewhere is edited there; one that is made of a page cannot be."""
    path = page.file.src_uri
    if path.startswith("source/program/"):
        page.edit_url = None
    elif path.startswith("source/") and page.edit_url:
        page.edit_url = f"{home()}/edit/main/{path.removeprefix('source/').removesuffix('.md')}"
    return context


def on_page_markdown(markdown, page, config, files):
    if page.file.src_uri.startswith("source/"):
        return markdown
    here = posixpath.dirname(page.file.src_uri)

    def link(found: re.Match) -> str:
        path = elsewhere(found[2], page.file.src_uri)
        return found[0] if path is None else found[1] + posixpath.relpath(source_page(path), here) + found[3]

    def prose(text: str) -> str:
        # In the code of a table GitHub wants \| where MkDocs wants |.
        lines = [CELL_CODE.sub(lambda code: code[0].replace(r"\|", "|"), line) if line.startswith("|") else line
                 for line in text.split("\n")]  # fmt: skip
        return LINK.sub(link, "\n".join(lines))

    # Links are rewritten between the code blocks; the blocks lose what only tools/doc_examples.py reads.
    parts, end = [], 0
    for block in FENCE.finditer(markdown):
        shown = INFO.sub(r"\1\2", block[0], 1)
        if DRAWING.search(shown):  # its lines must not be wrapped
            shown = shown.replace("```text", "```{ .text .drawing }", 1)
        parts += [prose(markdown[end : block.start()]), shown]
        end = block.end()
    parts.append(prose(markdown[end:]))
    if program_page(page.file.src_uri) in files.src_uris:
        program = posixpath.relpath(program_page(page.file.src_uri), here or ".")
        parts.append(f"\n\n[The whole program of this page]({program}), with its includes and its `main`.\n")
    header = header_of(page.file.src_uri)
    if header:
        parts.append(f"\n\nHeader: [`{header}`]({posixpath.relpath(source_page(header), here)})\n")
    return "".join(parts)


def on_post_build(config):
    """Takes the sources out of the index of the search: who searches wants a page."""
    index = Path(config["site_dir"]) / "search" / "search_index.json"
    found = json.loads(index.read_text("utf-8"))
    found["docs"] = [entry for entry in found["docs"] if not entry["location"].startswith("source/")]
    index.write_text(json.dumps(found, ensure_ascii=False), "utf-8")
