"""A document as plain blocks, and the same blocks as DOCX or as one HTML page for print."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_bytes_whole, write_whole
from corridor.core.text import visible, visible_but_isolates
from corridor.words import together

_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Heading:
    """A heading; level 0 is the title."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Lines:
    """Paragraphs, or points of a list."""

    texts: Sequence[str]
    points: bool = False
    small: bool = False


@dataclass(frozen=True)
class Grid:
    """A table with a caption; every cell is text."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """One figure as SVG text; DOCX leaves it out."""

    svg: str


Block = Heading | Lines | Grid | Picture

STYLE = """
@page { size: A4; margin: 16mm }
body { font: 10.5pt/1.4 "DejaVu Sans", Arial, sans-serif; color: #1b1b1b; max-width: 178mm; margin: 8mm auto }
h1 { font-size: 17pt; margin: 0 0 3mm } h2 { font-size: 12.5pt; margin: 6mm 0 2mm } p { margin: 0 0 2mm }
.big p { font-size: 12pt } .small, .big p.small { color: #6b6b6b; font-size: 8.5pt }
.big p.small { display: inline } .big p.small::after { content: " " }
.big h2 { margin: 4mm 0 2mm } @media print { .big { margin-top: 0 } } svg { width: 100%; height: auto }
table { border-collapse: collapse; width: 100%; font-size: 8.5pt; margin: 2mm 0 4mm } caption { text-align: left;
font-weight: bold; padding: 1mm 0 } th, td { border-bottom: .3mm solid #c9c9c9; text-align: left; padding: .8mm 2mm;
vertical-align: top; overflow-wrap: break-word } th { background: #e3edf6 } tr { break-inside: avoid }
"""
_AFTER_BIDI = ("w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")
"""what stands behind the mark of a line from right to left, in the order that Word asks for"""
LINE = 100.0
"""characters of a table's row between the margins, its letters being small"""
LONG, PROSE = 20.0, 160.0
"""characters that a word gets unbroken, and of a text from which on a column grows no wider"""
WIDE = 17.4
"""cm between the margins of a page"""


def write_html(blocks: Sequence[Block], path: Path) -> None:
    """Write one page that needs nothing from outside. Raises InputError where it cannot be written."""
    write_whole(path, html_of(blocks))


def html_of(blocks: Sequence[Block], *, big: bool = False) -> str:
    """Return one page that needs nothing from outside; big : in large letters."""
    title = next((one.text for one in blocks if isinstance(one, Heading)), "")
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{_shown(title)}</title>'
    body = "\n".join(_html(one) for one in blocks)
    return f"{head}<style>{STYLE}</style></head><body{' class=big' if big else ''}>\n{body}\n</body></html>\n"


def _shown(text: str) -> str:
    return together(escape(visible(text)))


def _html(block: Block) -> str:
    match block:
        case Heading(text, level):
            shown = f"<h{level + 1}>{_shown(text)}</h{level + 1}>"
            return shown if level else f"<header>{shown}</header>"
        case Lines(texts, points, small):
            of = ' class="small"' if small else ""
            each = [f"<li>{_shown(text)}</li>" if points else f"<p{of}>{_shown(text)}</p>" for text in texts]
            return f"<ul{of}>{''.join(each)}</ul>" if points else "".join(each)
        case Grid(caption, header, rows):
            head = "".join(f'<th scope="col">{_shown(one)}</th>' for one in header)
            lines = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
            top = f"<caption>{_shown(caption)}</caption><thead><tr>{head}</tr></thead>"
            return f"<table>{top}<tbody>{lines}</tbody></table>"
        case Picture(svg):
            return f"<figure>{svg}</figure>"


def check_word(path: Path) -> None:
    """Refuse a Word document where python-docx is not installed. Raises InputError."""
    if find_spec("docx") is None:
        remedy = 'install it: pip install "corridor[word]", or write .html'
        raise InputError([Problem(str(path), 0, 0, "", "Word documents need the extra `word`", remedy)])


def write_docx(blocks: Sequence[Block], path: Path, *, to_the_left: bool = False) -> None:
    """Write the blocks as a Word document, whole or not at all.

    to_the_left : whether its lines and tables run from right to left

    Raises
    ------
    InputError : python-docx is not installed; the file cannot be written
    """
    check_word(path)
    import docx
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    clean = _turned if to_the_left else _clean
    made: Any = docx.Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(1.8)
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Arial", Pt(10)
    for block in blocks:
        match block:
            case Heading(text, level):
                made.add_heading(clean(text), level)
            case Lines(texts, points, small):
                for text in texts:
                    run = made.add_paragraph(style="List Bullet" if points else None).add_run(clean(text))
                    run.font.size = Pt(8.5) if small else None
            case Grid(caption, header, rows):
                head = made.add_paragraph()
                head.paragraph_format.keep_with_next, head.paragraph_format.space_before = True, Pt(8)
                head.add_run(clean(caption)).bold = True
                table = made.add_table(rows=1 + len(rows), cols=len(header), style="Light Grid Accent 1")
                table.autofit = False
                wide = [Cm(share * WIDE) for share in shares([header, *rows])]
                for column, width in zip(table.columns, wide, strict=True):
                    column.width = width  # what LibreOffice reads; Word reads the cells'
                for line, cells in zip(table.rows, [header, *rows], strict=True):
                    for cell, text, width in zip(line.cells, cells, wide, strict=True):
                        cell.text, cell.width = clean(text), width
                        for part in cell.paragraphs[0].runs:
                            part.font.size = Pt(8)
                for line in table.rows:
                    line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
                # the heading again on every page that the table goes on to
                table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
            case Picture():
                continue
    if to_the_left:
        _turn(made)
    held = io.BytesIO()
    made.save(held)
    write_bytes_whole(path, held.getvalue(), "choose another path, or close it")


def _turn(made: Any) -> None:
    """Let paragraphs, their runs and the columns of tables run from right to left."""
    from docx.enum.table import WD_TABLE_DIRECTION
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for table in made.tables:
        table.table_direction = WD_TABLE_DIRECTION.RTL
    cells = [cell for table in made.tables for row in table.rows for cell in row.cells]
    for paragraph in (*made.paragraphs, *(one for cell in cells for one in cell.paragraphs)):
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *_AFTER_BIDI)
        for run in paragraph.runs:
            run.font.rtl, run.font.cs_bold = True, run.font.bold
            if run._r.rPr.sz is not None:  # letters of such a line have a size of their own
                size = OxmlElement("w:szCs")
                size.set(qn("w:val"), run._r.rPr.sz.get(qn("w:val")))
                run._r.rPr.sz.addnext(size)


def shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """Return the share of a table's width that each column takes, of sum 1.

    First what its longest word needs, up to `LONG`, so that few are broken; what is left goes by its texts.
    """
    need, more = [], []
    for texts in zip(*rows, strict=True):
        word = max((len(word) for text in texts for word in text.split()), default=1)
        need.append(min(max(word + 3.0, 6.0), LONG))
        more.append(max(min(sum(len(text) for text in texts) / len(texts), PROSE) - need[-1], 0.0))
    spare = max(LINE - sum(need), 0.0) / (sum(more) or 1.0)
    weights = [one + spare * extra for one, extra in zip(need, more, strict=True)]
    return [weight / sum(weights) for weight in weights]


def _clean(text: str) -> str:
    return _NEVER.sub("", visible(text))


def _turned(text: str) -> str:
    return _NEVER.sub("", visible_but_isolates(text))
