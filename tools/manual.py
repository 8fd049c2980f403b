"""Build the manual without a network: pages of docs/, of the root, and those written from the code, into out/docs.

    python tools/manual.py [FOLDER]

The pages of docs/ read on a code host as they are. For the manual they are copied, the rules get what they declare,
links to files of the root lead to copies of these, and the contents are the links of docs/index.md under its headings.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import reference

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
ROOTS = {name: f"project/{name.lower()}" for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")}
"""pages of the root, and where they lie in the manual"""
LINK = re.compile(r"(\]\()([^)\s:]+?)((?:#[^)\s]*)?\))")


def staged(into: Path) -> Path:
    """Put every page of the manual into a folder; returns it."""
    if into.exists():
        shutil.rmtree(into)
    shutil.copytree(DOCS, into)
    for file, page in ROOTS.items():
        (into / page).parent.mkdir(exist_ok=True)
        text = (ROOT / file).read_text(encoding="utf-8")
        text = text.replace("```csv\n", "```text\n")
        (into / page).write_text(LINK.sub(lambda m: m[1] + _from_root(m[2]) + m[3], text), encoding="utf-8")
    for path in DOCS.rglob("*.md"):
        text = _to_roots(path.read_text(encoding="utf-8"), path.parent.relative_to(DOCS))
        page = path.relative_to(DOCS)
        if page.parent.name == "rules" and page.stem in reference.RULES:
            text += reference.rule(page.stem)
        text = text.replace("```csv\n", "```text\n")  # Sphinx colours no such tables
        if page.name == "index.md":
            text += contents(text)
        (into / page).write_text(text, encoding="utf-8")
    for name, write in reference.PAGES.items():
        (into / f"{name}.md").parent.mkdir(exist_ok=True)
        (into / f"{name}.md").write_text(write(), encoding="utf-8")
    for name in ("LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, into / "project" / name)
    return into


def _from_root(target: str) -> str:
    """Return a link of a page of the root as it reads from project/."""
    if target in ROOTS:
        return Path(ROOTS[target]).name
    if target.startswith("docs/"):
        return f"../{target.removeprefix('docs/')}"
    return target


def _to_roots(text: str, folder: Path) -> str:
    """Return a page of docs/ whose links to files of the root lead to their copies."""
    up = "../" * len(folder.parts)
    for file, page in ROOTS.items():
        text = re.sub(rf"\]\({re.escape(up)}\.\./{re.escape(file)}(#[^)]*)?\)", rf"]({up}{page}\1)", text)
    return text


def contents(index: str) -> str:
    """Return the tables of contents: a list for each heading of the index, of the links below it."""
    out, seen = [], set[str]()
    for part in re.split(r"^## ", index, flags=re.M)[1:]:
        caption, _, body = part.partition("\n")
        found = (m[2].removesuffix(".md") for m in LINK.finditer(body) if m[2].endswith(".md"))
        links = list(dict.fromkeys(found))
        links = [link for link in links if link not in seen]
        seen.update(links)
        if caption == "Reference":
            links += reference.PAGES
        if links:
            out.append("\n".join(["", "```{toctree}", ":hidden:", f":caption: {caption}", "", *links, "```", ""]))
    return "\n".join(out)


def build(into: Path, builder: str = "html") -> int:
    """Build the pages; any warning is an error. Returns the exit status of Sphinx."""
    from sphinx.cmd.build import main

    source = staged(into.parent / "manual-pages")
    trees = str(into.parent / "manual-trees")
    return main(["-q", "-W", "--keep-going", "-b", builder, "-d", trees, str(source), str(into)])


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "out" / "docs"
    target.parent.mkdir(parents=True, exist_ok=True)
    status = build(target.resolve())
    sys.stdout.write(f"manual: {target}/index.html\n" if status == 0 else "")
    sys.exit(status)
