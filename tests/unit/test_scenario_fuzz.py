"""Whatever is in a folder, reading it gives a scenario or problems, never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corridor.core.errors import InputError
from corridor.scenario.load import load, remarks
from corridor.scenario.model import Scenario
from corridor.scenario.write.new import write_new
from corridor.scenario.write.template import FILES

TOKENS = [
    b",", b"\n", b'"', b"-", b"nan", b"1e308", b"*", b"", b" ", b"[", b"{", b": ", b"&a ", b"*a", b"!!x ", b"? ", b"|",
    b">", b"\xff", b"\x00", b"\r", b"..", b"policy", b"2030-01-01", b"closed", b"gate", b"#", b"- ", b"9" * 400,
    b"\xe2\x80\xa8", b"\xc2\x85", b"\x0c", b"~", b"null", b"<<: ", b"%", b"@", b"+999", b"1e-400", b"true", b"relief",
    b"\r\n", b";", b"\t", b"\xef\xbb\xbf", b"\xc2\xa0", b"\xe2\x80\xaf", b"1.234,5", b'"40,000"', b"31/12/2023", b"45291", b"sep=;\n",
]  # fmt: skip
EDIT = st.tuples(st.floats(0, 1), st.integers(0, 12), st.one_of(st.sampled_from(TOKENS), st.binary(max_size=6)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("fuzz") / "case"
    write_new(path)
    return path


def read(folder: Path) -> Scenario | None:
    try:
        scenario = load(folder)
    except InputError as error:
        found = error.problems
    else:
        assert all("\n" not in remark.sentence() and remark.problem.remedy for remark in remarks(folder))
        return scenario
    assert found
    for problem in found:
        assert "\n" not in problem.sentence()
        assert problem.message
        assert problem.file in FILES
    return None


@settings(max_examples=300, deadline=None)
@given(file=st.sampled_from(sorted(FILES)), edits=st.lists(EDIT, min_size=1, max_size=6))
def test_random_edits_of_bytes_never_raise_anything_else(
    folder: Path, file: str, edits: list[tuple[float, int, bytes]]
) -> None:
    path = folder / file
    whole = path.read_bytes()
    data = bytearray(whole)
    for where, length, new in edits:
        at = int(where * len(data))
        data[at : at + length] = new
    try:
        path.write_bytes(bytes(data))
        scenario = read(folder)
    finally:
        path.write_bytes(whole)
    if scenario is not None:
        assert Scenario.model_validate(scenario.model_dump()) == scenario


@settings(max_examples=60, deadline=None)
@given(file=st.sampled_from(sorted(FILES)), first=st.integers(0, 50), second=st.integers(0, 50), drop=st.booleans())
def test_lines_swapped_or_left_out_never_raise_anything_else(
    folder: Path, file: str, first: int, second: int, drop: bool
) -> None:
    path = folder / file
    whole = path.read_text(encoding="utf-8")
    lines = whole.split("\n")
    first, second = first % len(lines), second % len(lines)
    lines[first], lines[second] = lines[second], lines[first]
    if drop:
        del lines[first]
    try:
        path.write_text("\n".join(lines), encoding="utf-8")
        read(folder)
    finally:
        path.write_text(whole, encoding="utf-8")


@settings(max_examples=60, deadline=None)
@given(file=st.sampled_from(sorted(FILES)), data=st.binary(max_size=300))
def test_any_bytes_at_all_never_raise_anything_else(folder: Path, file: str, data: bytes) -> None:
    path = folder / file
    whole = path.read_bytes()
    try:
        path.write_bytes(data)
        read(folder)
    finally:
        path.write_bytes(whole)
