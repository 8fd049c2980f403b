"""Files appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from corridor.core.errors import InputError
from corridor.core.files import write_whole


def test_a_file_is_written_with_its_folder_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "new" / "table.csv"
    write_whole(target, "é\n")
    write_whole(target, "ü\n")
    assert target.read_bytes() == "ü\n".encode()
    assert list(target.parent.iterdir()) == [target]


def test_what_stood_there_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "table.csv"
    write_whole(target, "before")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(InputError, match="no space left"):
        write_whole(target, "after")
    assert target.read_bytes() == b"before"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be written"):
        write_whole(tmp_path / "file" / "table.csv", "")
