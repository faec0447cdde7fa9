"""`make bench`: everything in one run, every rate beside its limit. See README.md."""

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.cases import BULK_ROWS, Case, bulk, cases, write_bare_cases
from benchmarks.limits import argon2_per_second, copy_seconds
from benchmarks.load import Measured, members_script, script_of, wrk
from benchmarks.report import Report
from benchmarks.reps import fill, fill_app, measure, rep_cases
from benchmarks.screens import compare
from benchmarks.world import Company, World, megabytes

MEMBERS = 3000
_SECONDS_FOR_BULK = 10  # one call may take a second
_LONGEST = 50  # seconds of load


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--contacts", default="100000,1000000", help="sizes of company, with commas")
    parser.add_argument("--connections", default="1,8,32")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", default="", help="names of cases, with commas")
    parser.add_argument("--neighbours", type=int, default=200, help="other companies that are there too")
    parser.add_argument("--data", type=Path, default=Path("portico-data/bench"), help="kept and used again")
    parser.add_argument("--write", type=Path, help="the file that takes the results as Markdown")
    given = parser.parse_args()
    sizes = [int(size) for size in given.contacts.split(",")]
    connections = [int(number) for number in given.connections.split(",")]
    report = Report(sys.stdout)
    world = World(given.data.absolute())
    world.prepare(sizes)
    with world.running():
        world.add_neighbours(given.neighbours)
        companies = [world.company(size) for size in sizes]
        report.facts(world.facts())
        if set(given.only.split(",")) - {"import", "members", "bulk", "screens"}:
            for company in companies:
                fill(company)
                fill_app(world, company)
            _requests(world, companies, connections, given, report)
        if not given.only or "reps" in given.only:
            for company in companies:
                measure(world, company, given.seconds, report)
        if len(companies) > 1 and (not given.only or "screens" in given.only):
            compare(world, companies[0], companies[-1], report)
        if not given.only or "bulk" in given.only:
            _bulk(world, companies[0], max(_SECONDS_FOR_BULK, given.seconds), report)
        if not given.only or "members" in given.only:
            _members(world, companies[0], connections, given.seconds, report)
        report.fact("web process after all this", f"{max(megabytes(pid) for pid in world.web_processes()):.0f} MB")
        if not given.only or "import" in given.only:
            _import(world, report)
    if given.write:
        given.write.write_text(report.markdown())


def _requests(
    world: World, companies: list[Company], connections: list[int], given: argparse.Namespace, report: Report
) -> None:
    names = {name for name in given.only.split(",") if name not in {"", "requests"}}
    wanted = [_wanted(company, names) for company in companies]
    write_bare_cases([case for of_one in wanted for case in of_one], world.bare_cases)
    with world.bare_running():
        for same in zip(*wanted, strict=True):  # one after the other, so that what is compared is measured together
            for number in connections:
                for company, case in zip(companies, same, strict=True):
                    ours, limit = _pair(world, case, number, given.seconds)
                    report.row(case.name, company.contacts, number, ours, limit, case.at_least)


def _wanted(company: Company, names: set[str]) -> list[Case]:
    every = (*cases(company), *rep_cases(company))
    return [replace(case, company=company.slug) for case in every if not names or case.name in names]


def _pair(world: World, case: Case, connections: int, seconds: float) -> tuple[Measured, Measured]:
    """The same load on Portico and on the limit, in turns, so that a machine that slows down slows both."""
    ours, limits = [], []
    for turn in range(2):
        script = script_of(case, f"b{time.time_ns():x}-{turn}")
        ours.append(_load(world, world.url + case.path, connections, seconds / 2, script))
        limits.append(_load(world, f"{world.bare_url}/{case.bare_name}", connections, seconds / 2))
    return max(ours, key=lambda one: one.rate), max(limits, key=lambda one: one.rate)


def _load(world: World, url: str, connections: int, seconds: float, script: str = "") -> Measured:
    """Once what came before is done with; longer where nothing is answered in time, up to _LONGEST."""
    while True:
        world.settle()
        seconds = max(1, round(seconds))
        took = wrk(url, core=world.load_core, connections=connections, seconds=seconds, script=script)
        if took.rate or seconds >= _LONGEST:
            return took
        seconds = min(_LONGEST, seconds * 5)


def _bulk(world: World, company: Company, seconds: float, report: Report) -> None:
    """What a row costs among many, by one caller who waits for each answer."""
    create = next(case for case in cases(company) if case.name == "create")
    rates = []
    for case in (create, bulk(company)):
        script = script_of(case, f"b{time.time_ns():x}")
        took = wrk(world.url + case.path, core=world.load_core, connections=1, seconds=seconds, script=script)
        if not took.rate:
            report.fact(f"bulk-add-update of {BULK_ROWS} rows", f"no {case.name} was answered in {seconds:g} s")
            return
        rates.append(took.rate)
    one, many = rates[0], rates[1] * BULK_ROWS
    report.fact(
        f"bulk-add-update of {BULK_ROWS} rows",
        f"{many:,.0f} rows/s beside {one:,.0f} single creates/s: a row costs {one / many:.3f} of one (wanted: 0.05)",
    )


def _members(world: World, company: Company, connections: list[int], seconds: float, report: Report) -> None:
    """Each first sign-in is another member's; the repeated ones are one member's within a minute."""
    world.make_members(company, MEMBERS)
    first = 0
    for number in connections:
        firsts, limits = [], []
        for _ in range(2):  # in turns, as for requests; long enough that those still waiting at the end hardly count
            limits.append(argon2_per_second(world.server_core, seconds))
            script = members_script(company.code, MEMBERS, first)
            ours = wrk(world.url, core=world.load_core, connections=number, seconds=seconds * 2, script=script)
            firsts.append(ours)
            first += int(ours.rate * seconds * 2.4) + number
        best, limit = max(firsts, key=lambda one: one.rate), max(limits)
        report.row("sign-in, first", company.contacts, number, best, Measured(limit, 0, 0, 0), 0.9)
        again = wrk(
            world.url,
            core=world.load_core,
            connections=number,
            seconds=seconds,
            script=members_script(company.code, 1, 0),
        )
        report.row("sign-in, repeated", company.contacts, number, again, Measured(limit, 0, 0, 0), 0)


def _import(world: World, report: Report) -> None:
    rows = 200_000
    file = world.write_csv(rows)
    bare = copy_seconds(world, file)
    seconds, memory = world.import_csv(file)
    report.fact(
        f"import of {rows:,} rows",
        f"{rows / seconds:,.0f} rows/s, {bare / seconds:.2f} of a bare COPY with the same indexes; "
        f"{memory:.0f} MB at most",
    )


if __name__ == "__main__":
    main()
