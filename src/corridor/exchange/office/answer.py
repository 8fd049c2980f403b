"""One sheet of a workbook written anew, every other part of the file left byte for byte as it is.

A library that reads and writes a whole workbook loses what it does not know: charts, pictures, what formulas gave.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from corridor.core.errors import InputError, Problem
from corridor.core.files import write_bytes_whole
from corridor.core.text import visible
from corridor.scenario.write import paper

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
WIDTHS = (24, 30, 40, 16, 12, 12, 12, 16, 16)
"""characters of the columns of a summary"""
_NEVER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DAMAGED = (zipfile.BadZipFile, ET.ParseError, KeyError, ValueError, EOFError, NotImplementedError)
"""what a damaged workbook raises when it is read; `zipfile` says so of a compression or a key that it does not know"""


def fill_sheet(book: Path, name: str, rows: Sequence[Sequence[str | float | int | None]]) -> None:
    """Write rows into the sheet of that name; texts are texts, whatever they begin with.

    Raises
    ------
    InputError : the workbook has no such sheet, is damaged, or cannot be written (it is open elsewhere)
    """
    try:
        with zipfile.ZipFile(book) as parts:
            target = _part(parts, name)
            if target is None:
                remedy = f'add an empty sheet "{name}"'
                raise InputError([Problem(book.name, 0, 0, "", f'has no sheet "{name}" to fill', remedy)])
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
                wrapped = _wrapped(parts.read("xl/styles.xml")) if "xl/styles.xml" in parts.namelist() else None
                for part in parts.infolist():
                    new.writestr(part, _sheet(rows, wrapped) if part.filename == target else parts.read(part))
    except OSError as error:
        message = f"the sheet {name} cannot be filled: {(error.strerror or 'unknown error').lower()}"
        raise InputError([Problem(book.name, 0, 0, "", message, "close the workbook and run again")]) from error
    except _DAMAGED as error:
        raise InputError([Problem(book.name, 0, 0, "", f"the sheet {name} cannot be filled: {error}")]) from error
    write_bytes_whole(book, out.getvalue(), f"close the workbook and run again: the sheet {name} is not filled")


def _part(parts: zipfile.ZipFile, name: str) -> str | None:
    """Return the name of the part that holds a sheet, None where the workbook has none of that name."""
    book = ET.fromstring(parts.read("xl/workbook.xml"))
    relations = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    for sheet in book.iter(f"{_MAIN}sheet"):
        if str(sheet.get("name")).strip().lower() == name.lower():
            target = targets[sheet.get(_REL)]
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return None


def _wrapped(styles: bytes) -> str | None:
    """Return the number of a style of the workbook that wraps its text and does nothing else; None for none."""
    plain = {"numFmtId": ("0", "49"), "fontId": ("0",), "fillId": ("0",), "borderId": ("0",)}
    for number, one in enumerate(ET.fromstring(styles).iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")):
        way = one.find(f"{_MAIN}alignment")
        if (
            way is not None
            and way.get("wrapText") in ("1", "true")
            and all(one.get(name, "0") in allowed for name, allowed in plain.items())
        ):
            return str(number)
    return None


def _sheet(rows: Sequence[Sequence[str | float | int | None]], wrapped: str | None) -> bytes:
    root = ET.Element("worksheet", xmlns=_MAIN[1:-1])
    ET.SubElement(ET.SubElement(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
    widths = ET.SubElement(root, "cols")
    for column, width in enumerate(WIDTHS, 1):
        ET.SubElement(widths, "col", min=str(column), max=str(column), width=str(width), customWidth="1")
    data = ET.SubElement(root, "sheetData")
    merged = []
    for number, row in enumerate(rows, 1):
        line = ET.SubElement(data, "row", r=str(number))
        if len(row) == 1 and isinstance(row[0], str):  # a line above the table goes over all of its columns
            merged.append(f"A{number}:{chr(ord('A') + len(WIDTHS) - 1)}{number}")
            line.set("ht", f"{paper.height(row[0], sum(WIDTHS)):g}")
            line.set("customHeight", "1")
        for column, value in enumerate(row):
            if value is None or value != value:
                continue
            at = f"{chr(ord('A') + column)}{number}"
            if isinstance(value, int | float):
                ET.SubElement(ET.SubElement(line, "c", r=at), "v").text = f"{value:.6g}"
                continue
            cell = ET.SubElement(line, "c", r=at, t="inlineStr")
            if wrapped is not None:
                cell.set("s", wrapped)
            text = ET.SubElement(ET.SubElement(cell, "is"), "t")
            text.text = _NEVER.sub("", visible(value))
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    if merged:
        over = ET.SubElement(root, "mergeCells", count=str(len(merged)))
        for ref in merged:
            ET.SubElement(over, "mergeCell", ref=ref)
    m = str(paper.MARGIN)
    ET.SubElement(root, "pageMargins", left=m, right=m, top=m, bottom=m, header="0.2", footer="0.2")
    ET.SubElement(root, "pageSetup", paperSize=str(paper.A4), orientation="landscape", fitToWidth="1", fitToHeight="0")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
