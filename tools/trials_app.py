"""Trials around the store: damaged inputs, tables, workers of a cluster, the server and its workspace, memory."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import fuzz
import trials_store
from trials import LONGEST, PART, Tally, Yard, finished, make_room, peak, small_disk

OLD = 90.0
"""seconds by which a half written file is made older, so that the next one there removes it"""


def inputs(yard: Yard, tally: Tally, times: int) -> None:
    """Damage the files of each reader by chance, as tools/fuzz.py does."""
    shares = sum(share for _, _, share in fuzz.READERS.values())
    seed = yard.chance.randrange(10**6)
    for reader, (_, _, share) in fuzz.READERS.items():
        bench = fuzz.Bench(reader, yard.place("inputs"))
        for i in range(max(1, times * share // shares)):
            fault = bench.fault(fuzz.mutation(reader, seed, i))
            tally.tried += 1
            if fault is not None:
                tally.strange += 1
                tally.notes.append(f"{seed}:{reader}:{i} {fuzz.where(fault)}")
    tally.told = f"{len(fuzz.READERS)} readers"


def tables(yard: Yard, tally: Tally, times: int) -> None:
    """Kill a command that writes a table and a workbook over older ones: each is the old or the new one."""
    at = yard.top / "tables"
    at.mkdir(exist_ok=True)
    table, book = at / "table.csv", at / "answer.xlsx"
    words = ("compare", yard.case, "-n", "2", *yard.play, "--threads", "1", "--store", at / "store")
    words = (*words, "--csv", table, "--xlsx", book)
    tally.heard(yard.run(*words), 0)
    start = time.monotonic()
    tally.heard(yard.run(*words), 0)
    lasts, new = time.monotonic() - start, table.read_bytes()
    for _ in range(times):
        table.write_bytes(b"old\n")
        book.write_bytes(b"old\n")
        yard.killed(words, 1.05 * lasts)
        tally.tried += 1
        tally.check(table.read_bytes() in (b"old\n", new), "a table neither old nor new")
        tally.check(book.read_bytes() == b"old\n" or _opens(book), "a workbook neither old nor new")
        for left in (path for path in at.iterdir() if PART.search(path.name)):
            os.utime(left, (time.time() - OLD, time.time() - OLD))
    tally.heard(yard.run(*words), 0)
    left = [path.name for path in at.iterdir() if PART.search(path.name)]
    tally.check(not left and table.read_bytes() == new, f"left behind: {left}")
    shutil.rmtree(at)


def _opens(book: Path) -> bool:
    from openpyxl import load_workbook

    try:
        return len(load_workbook(book).sheetnames) > 1
    except Exception:  # noqa: BLE001 - whatever it is, the workbook does not open
        return False


def _parses(path: Path) -> bool:
    try:
        return isinstance(json.loads(path.read_text("utf-8")), dict)
    except ValueError:
        return False


def disks(yard: Yard, tally: Tally, times: int) -> None:
    """Fill the disk under what writes tables, cases, workbooks, pages, files for others; make room; try again."""
    from corridor.studies.past import FOLDER

    makes: tuple[Callable[[Path], tuple[str | Path, ...]], ...] = (
        lambda at: ("new", at / "case"),
        lambda at: ("convert", yard.case, at / "case.xlsx"),
        lambda at: ("convert", book, at / "folder"),
        lambda at: ("export", yard.whole, "-o", at / "all.nc"),
        lambda at: ("export", yard.whole, "-o", at / "all.parquet"),
        lambda at: (*compared, "--csv", at / "table.csv"),
        lambda at: (*compared, "--xlsx", at / "answer.xlsx"),
        lambda at: (*compared, "--brief", at / "brief.html"),
        lambda at: (*compared, "--annex", at / "annex.docx"),
        lambda at: (*compared[:-1], at / "s", "--csv", at / "a.csv"),
    )  # fmt: skip
    book = yard.top / "book.xlsx"
    tally.heard(yard.run("convert", yard.case, book), 0)
    compared = ("compare", yard.case, "-n", "2", *yard.play, "--threads", "1", "--store", yard.top / "two")
    tally.heard(yard.run(*compared), 0)
    full = yard.place("room")
    largest: dict[int, int] = {}
    mounted = refused = 0
    for i in range(times):
        kind, at = i % len(makes), yard.place("disk")
        words = makes[kind](at)
        if kind not in largest:
            full.mkdir()
            tally.heard(yard.run(*makes[kind](full)), 0)
            largest[kind] = sum(path.stat().st_size for path in full.rglob("*") if path.is_file())
            shutil.rmtree(full)
        share = yard.chance.random()
        with small_disk(at, max(4, int(share * largest[kind] / 1024)), 10**6) as disk:
            mounted += disk
            ended = yard.run(*words, most_bytes=None if disk else int(share * largest[kind]))
            tally.tried += 1
            refused += ended.status == 3
            tally.heard(ended, 0, 3)
            # a store keeps its blocks, and what was found of the past is kept whole beside it for the next run
            kept = ("s", FOLDER)
            left = [path for path in at.rglob("*") if path.is_file() and path.relative_to(at).parts[0] not in kept]
            left += [path for path in (at / FOLDER).rglob("*") if path.is_file() and not _parses(path)]
            tally.check(ended.status == 0 or not left, f"{words[0]}: {[p.name for p in left]} on a full disk")
            if disk:
                make_room(at)
            if ended.status:  # what was written is not written again
                tally.heard(yard.run(*words), 0)
        shutil.rmtree(at, ignore_errors=True)
    tally.told = f"{mounted} small disks, {times - mounted} by a limit on files; {refused} refused in words"


CLUSTER = """\
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    here = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "worker_dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, silence_logs=50, **here) as cluster:
        print(cluster.scheduler_address, flush=True)
        for _ in sys.stdin:
            print(*(one.process.pid for one in cluster.workers.values() if one.process), flush=True)
"""


def workers(yard: Yard, tally: Tally, times: int) -> None:
    """Kill workers of a Dask cluster while a run plays there; one that has none left is begun anew."""
    from corridor.engine import executors

    (yard.top / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    cluster, address, refused, anew = None, "", 0, 0
    executors.ABSENT = LONGEST / 5  # of the commands, which are forks of this process
    try:
        while tally.tried < times:
            if cluster is None:
                cluster, address = _cluster(yard)
                anew += 1
            at = yard.place("dask")
            started = yard.start(*trials_store._run(yard, at), "--on", address)
            time.sleep(yard.chance.uniform(0.2, 0.5 + 2.0 * yard.seconds))
            there = _workers(cluster)
            for process in there[: yard.chance.choice((1, 1, 2))]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    tally.tried += 1
            ended = yard.wait(started)
            tally.heard(ended, 0, 3)
            refused += ended.status == 3
            trials_store._again(yard, tally, at, trials_store._run(yard, at), yard.bytes)
            if not there or not _workers(cluster):
                cluster = _end(cluster)
        tally.told = f"{refused} runs ended in words, the others went on with another worker; clusters: {anew}"
    finally:
        _end(cluster)


def _cluster(yard: Yard) -> tuple[subprocess.Popen[str], str]:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    cluster = subprocess.Popen([sys.executable, str(yard.top / "cluster.py")], text=True, **pipes)
    assert cluster.stdout is not None
    return cluster, cluster.stdout.readline().strip()


def _workers(cluster: subprocess.Popen[str]) -> list[int]:
    """Return the processes of its workers."""
    assert cluster.stdin is not None
    assert cluster.stdout is not None
    print("pids", file=cluster.stdin, flush=True)
    return [int(one) for one in cluster.stdout.readline().split()]


def _end(cluster: subprocess.Popen[str] | None) -> None:
    if cluster is not None and cluster.stdin is not None:
        cluster.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            cluster.wait(20)
        cluster.kill()


class _Asked:
    """A server in a forked process, and what was told to it last."""

    def __init__(self, yard: Yard, at: Path) -> None:
        self.started = yard.start("serve", yard.case, "--port", "0", "--workspace", at)
        self.port, end = 0, time.monotonic() + 120
        while not self.port and time.monotonic() < end:
            said = self.started[1].read_text("utf-8") if self.started[1].exists() else ""
            told = [word for word in said.split() if word.startswith("http://")]
            self.port = int(told[0].rstrip("/").rsplit(":", 1)[1]) if told else 0
            time.sleep(0.02)
        for _ in range(200):
            if self.ask("GET", "/api/cases")[0] == 200:
                break
            time.sleep(0.05)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Ask the server; status 0 where it did not answer."""
        try:
            one = HTTPConnection("127.0.0.1", self.port, timeout=60)
            one.request(method, path, json.dumps(body).encode(), {"content-type": "application/json"})
            answer = one.getresponse()
            data = answer.read()
        except (OSError, HTTPException):
            return 0, None
        with contextlib.suppress(ValueError):
            return answer.status, json.loads(data)
        return answer.status, data


def server(yard: Yard, tally: Tally, times: int) -> None:
    """Kill the server while a tab is kept, a case is edited, a case is made, a future is played."""
    at, last = yard.place("desk"), -1
    sent = last
    one = _Asked(yard, at)
    tally.check(one.ask("POST", "/api/cases/new", {"name": "town"})[0] == 200, "no case could be made")
    whole = one.ask("GET", "/api/cases/town")[1]
    rows = next(file["rows"] for file in whole["files"] if file["file"] == "stocks.csv")
    column = rows[0].index("tonnes")
    for kill in range(times):
        ended = threading.Event()
        told: dict[str, int] = {"last": last, "sent": sent}

        def edit(
            one: _Asked = one, ended: threading.Event = ended, told: dict[str, int] = told, kill: int = kill
        ) -> None:
            while not ended.is_set():
                told["sent"] = told["last"] + 1
                status, _ = one.ask("PUT", "/api/tab/a", {"content": {"number": told["sent"], "text": "x" * 3000}})
                if status != 200:
                    return
                told["last"] = told["sent"]
                table = [
                    row if i != 1 else [*row[:column], str(450 + told["sent"] % 500), *row[column + 1 :]]
                    for i, row in enumerate(rows)
                ]
                one.ask("PUT", "/api/cases/town/stocks.csv", {"rows": table})
                one.ask("POST", "/api/cases/new", {"name": f"case-{kill}-{told['sent']}"})
                one.ask("POST", "/api/play", {"set": {"stocks.*.flour": str(400 + told["sent"])}})

        thread = threading.Thread(target=edit)
        thread.start()
        time.sleep(yard.chance.uniform(0.05, 1.0))
        os.kill(one.started[0], signal.SIGKILL)
        ended.set()
        thread.join(70)
        tally.tried += 1
        tally.heard(yard.wait(one.started), -signal.SIGKILL)
        last, sent = told["last"], told["sent"]
        one = _Asked(yard, at)
        found = (one.ask("GET", "/api/tab/a")[1] or {}).get("content") or {"number": -1}
        tally.check(last <= found["number"] <= sent, f"the tab holds {found['number']}, {last} was kept, {sent} sent")
        last = max(last, found["number"])
        for name in one.ask("GET", "/api/cases")[1]["own"]:
            status, about = one.ask("GET", f"/api/cases/{name}")
            tally.check(status == 200 and about["problems"] == [], f"{name} is half a case: {str(about)[:300]}")
    os.kill(one.started[0], signal.SIGKILL)
    yard.wait(one.started)


def workspace(yard: Yard, tally: Tally, times: int) -> None:
    """Kill a process that writes tabs and cases into the workspace without a pause."""
    from corridor.web.tables import Sheet, new_case, read_case, write_sheet
    from corridor.web.workspace import Workspace

    for _ in range(times):
        at = yard.place("workspace")
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reader)
            desk, number = Workspace(at), 0
            while True:
                number += 1
                desk.keep_tab("a", {"number": number, "text": "x" * 20_000})
                os.write(writer, b"%d\n" % number)
                new_case(desk, f"case-{number}", "")
                sheet = Sheet(rows=(("place", "commodity", "tonnes"), ("*", "flour", str(number))))
                write_sheet(desk, f"case-{number}", "stocks.csv", sheet)
        os.close(writer)
        time.sleep(yard.chance.uniform(0.01, 0.4))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        with os.fdopen(reader) as heard:
            kept = [int(line) for line in heard.read().split()]
        tally.tried += 1
        desk = Workspace(at)
        found, last = desk.tab("a"), max(kept, default=0)
        number = 0 if found is None else found["number"]
        tally.check(last <= number <= last + 1, f"the tab holds {number}, {last} was kept")
        for name in desk.cases():
            told = read_case(desk, name)
            tally.check(told["problems"] == [], f"{name}: half a case: {str(told['problems'])[:300]}")
        shutil.rmtree(at, ignore_errors=True)


def memory(yard: Yard, tally: Tally, times: int) -> None:
    """Play many futures of the small case, and read a table of 100,000 links; the limits are 2 GiB and 500 MB."""
    del times
    python = [sys.executable, "-m", "corridor"]
    store = yard.place("many")
    words = [*python, "run", str(yard.case), "-n", "100000", *yard.play, "--store", str(store)]
    status, most, seconds = peak(words, yard.top)
    tally.tried += 1
    tally.check(status == 0 and most < 2048 and len(finished(store)) > 700, f"100,000 futures: {most:.0f} MB")
    told = [f"100,000 futures: {most:,.0f} MB, {seconds:.0f} s of processor"]
    shutil.rmtree(store, ignore_errors=True)
    case = yard.place("links")
    shutil.copytree(yard.case, case)
    links = case / "links.csv"
    head, first, *rest = links.read_text("utf-8").splitlines()
    many = [f"x{i:06d},{','.join(first.split(',')[1:])}" for i in range(100_000 - 1 - len(rest))]
    links.write_text("\n".join([head, first, *rest, *many]) + "\n", encoding="utf-8")
    status, most, seconds = peak([*python, "check", str(case)], yard.top)
    tally.tried += 1
    size = links.stat().st_size / 1e6
    tally.check(status == 0 and most < 500, f"100,000 links: {most:.0f} MB")  # one more would be refused unread
    told.append(f"check of 100,000 links ({size:.0f} MB): {most:,.0f} MB, {seconds:.1f} s")
    tally.told = "; ".join(told)
