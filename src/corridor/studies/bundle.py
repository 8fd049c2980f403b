"""A `.corridor` bundle: a case, a position of its levers, a seed and the answer; it opens elsewhere to the same bytes.

It is a ZIP of plain files with fixed dates: `levers.json` (levers, seed, futures, version), `answer.json`,
`arrays.bin`, and the folder of the case under `case/`. What happened (`observed/`) is left out: no simulation reads it.
"""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corridor.core.errors import InputError, Problem
from corridor.core.version import __version__
from corridor.exchange.folder import write_folder
from corridor.scenario import find_folder
from corridor.scenario.convert import contents, csv_text
from corridor.studies.levers import Levers
from corridor.studies.whatif import QUICK, Desk

FORMAT = 1
MOST = 64 * 1024 * 1024
"""bytes of what a bundle holds, unpacked"""
_DATE = (1980, 1, 1, 0, 0, 0)


def answer_bytes(desk: Desk, levers: Levers, futures: int = QUICK) -> tuple[bytes, bytes]:
    """Return the answer to a position as bytes: plain data as JSON, and its arrays one after the other."""
    head, arrays = desk.answer(levers, (), futures)
    told = [{"name": name, "shape": list(array.shape)} for name, array in arrays]
    text = json.dumps({**head, "arrays": told}, ensure_ascii=False, sort_keys=True, indent=1).encode()
    return text + b"\n", b"".join(_little(array) for _, array in arrays)


def _little(array: NDArray[np.float32]) -> bytes:
    return np.ascontiguousarray(array, dtype="<f4").tobytes()


def write_bundle(desk: Desk, levers: Levers, futures: int = QUICK) -> bytes:
    """Return a bundle of a position of the levers.

    Raises
    ------
    InputError : a position that cannot be, a case that cannot be read
    """
    text, arrays = answer_bytes(desk, levers, futures)
    about = {
        "format": FORMAT, "corridor": __version__, "seed": desk.seed, "futures": futures, "variant": desk.variant,
        "levers": levers.model_dump(mode="json"),
    }  # fmt: skip
    files: dict[str, bytes] = {
        "levers.json": json.dumps(about, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n",
        "answer.json": text,
        "arrays.bin": arrays,
    }
    for name, content in contents(find_folder(desk.case), []).items():
        if not name.startswith("observed/"):
            files[f"case/{name}"] = (content if isinstance(content, str) else csv_text(content)).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _DATE), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def open_bundle(data: bytes, folder: Path) -> dict[str, Any]:
    """Write the case of a bundle into a new folder; return levers, seed, futures, variant, answer and arrays.

    Raises
    ------
    InputError : no bundle, one of a later format, one that holds too much; a folder that is there already
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(one.file_size for one in archive.infolist()) > MOST or len(archive.infolist()) > 500:
                raise InputError([_bad("holds too much")])
            files = {one.filename: archive.read(one) for one in archive.infolist()}
        about = json.loads(files["levers.json"])
        if about.get("format") != FORMAT:
            raise InputError([_bad("was written by a later version", "install it")])
        levers = Levers.model_validate(about["levers"])
        case = {name.removeprefix("case/"): files[name].decode() for name in files if name.startswith("case/")}
        answer, arrays = files["answer.json"], files["arrays.bin"]
    # the last three: a compression that `zipfile` does not know, a password, a file that was cut short
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError([_bad("is no .corridor bundle")]) from error
    if any("/" in name or "\\" in name or name.startswith(".") for name in case):
        raise InputError([_bad("names a file outside its case")])
    write_folder(case, folder, force=False)
    return {
        "levers": levers, "seed": int(about["seed"]), "futures": int(about["futures"]),
        "variant": str(about["variant"]), "answer": answer, "arrays": arrays,
    }  # fmt: skip


def _bad(message: str, remedy: str = "ask for it again") -> Problem:
    return Problem("bundle", 0, 0, "", message, remedy)
