"""Files of a store: a folder on this machine, or any address that fsspec knows (`s3://bucket/run`, `memory://run`).

A name is the path of a file inside the store, with slashes. A file appears whole or not at all.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from corridor.core.errors import InputError, Problem

Place = Path | str
"""a folder, or an address with `://`"""
PART = ".part"
"""ending of a file that is being written, with process and thread behind it"""
_HALF = re.compile(r"\.part[0-9]+-[0-9]+$")
_OURS = re.compile(
    r"run\.json|\.lock|blocks_done/(frame|[0-9]+)"  # what is written, by whom, and how far
    r"|(results\.zarr/)?((history/)?(\w+/)?(zarr\.json|\.z\w+)|(history/)?\w+/(c/[0-9]+(/[0-9]+)*|[0-9]+(\.[0-9]+)*))"
)
"""files of a store, of this version and the ones before"""


def place(store: str | Path) -> Place:
    """Return where a store lies: an address as it is, anything else as a folder.

    Raises
    ------
    InputError : no path at all
    """
    text = str(store).removeprefix("file://")
    if not text.strip() or "\0" in text:
        raise InputError([Problem("--store", 0, 0, "", "names no folder", "give a path, or leave it out")])
    return text.rstrip("/") if "://" in text else Path(text)


def read(at: Place, name: str) -> bytes | None:
    """Return the content of a file, None where there is none."""
    if isinstance(at, Path):
        try:
            return (at / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
    files, root = remote(at)
    try:
        return bytes(files.cat_file(f"{root}/{name}"))
    except FileNotFoundError:
        return None


def read_all(at: Place, names: Iterable[str]) -> dict[str, bytes]:
    """Return the content of those of the files that are there; at an address all are asked for at once."""
    if isinstance(at, Path):
        found = {name: read(at, name) for name in names}
        return {name: data for name, data in found.items() if data is not None}
    files, root = remote(at)
    asked = [f"{root}/{name}" for name in names]
    got = files.cat(asked, on_error="omit") if asked else {}
    start = len(files._strip_protocol(root).rstrip("/")) + 1
    return {files._strip_protocol(name)[start:]: bytes(data) for name, data in got.items()}


def write(at: Place, files: Mapping[str, bytes]) -> None:
    """Write files, each whole or not at all, over those that are there.

    Raises
    ------
    InputError : they cannot be written there
    """
    try:
        if isinstance(at, Path):
            part = f"{PART}{os.getpid()}-{threading.get_ident()}"
            for folder in {(at / name).parent for name in files}:
                folder.mkdir(parents=True, exist_ok=True)
            for name, data in files.items():
                beside = at / (name + part)
                try:
                    beside.write_bytes(data)
                    beside.replace(at / name)
                except OSError:
                    beside.unlink(missing_ok=True)  # a full disk leaves nothing half written
                    raise
        else:
            system, root = remote(at)
            system.pipe({f"{root}/{name}": data for name, data in files.items()})
    except OSError as error:
        message = f"cannot be written: {(error.strerror or str(error)).lower()}"
        raise InputError([Problem(str(at), 0, 0, "", message, "choose another path for --store")]) from error


def sizes(at: Place, names: Iterable[str] | None = None) -> dict[str, int]:
    """Return the bytes of the files of a store that are there; all but hidden and half written ones, or those named."""
    if isinstance(at, Path):
        if names is not None:
            # a store has many folders of one file: asking by name is three times as fast as listing them
            return {name: size for name in names if (size := _size(f"{at}/{name}")) is not None}
        found: dict[str, int] = {}
        folders = [(str(at), "")]
        while folders:
            folder, prefix = folders.pop()
            try:
                entries = list(os.scandir(folder))
            except (FileNotFoundError, NotADirectoryError):
                continue
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append((entry.path, f"{prefix}{entry.name}/"))
                elif not is_half(entry.name) and not entry.name.startswith("."):
                    found[prefix + entry.name] = entry.stat().st_size
        return found
    files, root = remote(at)
    start = len(files._strip_protocol(root).rstrip("/")) + 1
    listed: dict[str, dict[str, Any]] = files.find(root, detail=True)
    return {name[start:]: int(about["size"]) for name, about in listed.items()}


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116  a Path for each file takes as long as asking
    except (FileNotFoundError, NotADirectoryError):
        return None


def names_in(at: Place, folder: str) -> list[str]:
    """Return the files of one folder of a store, as names in the store."""
    if isinstance(at, Path):
        return [f"{folder}/{name}" for name in sorted(sizes(at / folder))]
    files, root = remote(at)
    try:
        return [f"{folder}/{path.rsplit('/', 1)[1]}" for path in files.ls(f"{root}/{folder}", detail=False)]
    except FileNotFoundError:
        return []


def remove(at: Place, names: Iterable[str]) -> None:
    """Remove files where they are."""
    if isinstance(at, Path):
        for name in names:
            (at / name).unlink(missing_ok=True)
        return
    files, root = remote(at)
    for name in names:
        if files.exists(f"{root}/{name}"):
            files.rm_file(f"{root}/{name}")


def is_half(name: str) -> bool:
    """Whether a file is one that we were writing when we were killed."""
    return bool(_HALF.search(name))


def sweep(at: Path) -> None:
    """Remove what a killed run left half written; nothing else, whatever it is called."""
    for name in _walk(at):
        if is_half(name) and _OURS.fullmatch(_HALF.sub("", name)):
            (at / name).unlink(missing_ok=True)


def foreign(at: Path) -> list[str]:
    """Return the files in the folder of a store that no run wrote there, links among them."""
    return [name for name in sorted(_walk(at)) if (at / name).is_symlink() or not _OURS.fullmatch(_HALF.sub("", name))]


def remove_store(at: Path) -> None:
    """Remove the files of a store from this machine, and the folders below it where nothing else lies in them.

    The marks go first and `run.json` last: a removal that was cut off leaves an unfinished run, which can be removed.
    The lock stays, for whoever holds it.
    """
    mine = [name for name in _walk(at) if _OURS.fullmatch(_HALF.sub("", name)) and not (at / name).is_symlink()]
    for name in sorted(mine, key=lambda name: (name == "run.json", not name.startswith("blocks_done/"))):
        if name != ".lock":
            (at / name).unlink(missing_ok=True)
    for folder, _, _ in os.walk(at, topdown=False):
        with suppress(OSError):  # not empty
            Path(folder).rmdir()


def _walk(at: Path) -> Iterator[str]:
    for folder, below, files in os.walk(at):
        links = [name for name in below if os.path.islink(f"{folder}/{name}")]  # noqa: PTH114
        for name in (*files, *links):
            yield Path(folder, name).relative_to(at).as_posix()


def remote(at: str) -> tuple[Any, str]:
    """Return the file system of an address and the path in it.

    Raises
    ------
    InputError : fsspec, or what it needs for this kind of address, is not installed
    """
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(at)
    except (ImportError, ValueError) as error:
        remedy = 'install it: pip install "corridor[cluster]", and what fsspec asks for this kind of address'
        raise InputError([Problem(at, 0, 0, "", f"cannot be reached: {error}", remedy)]) from error
    return system, root.rstrip("/")
