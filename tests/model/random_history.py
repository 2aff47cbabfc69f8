"""Random leases with random usage: everything follows from one seed, so a seed replays a whole failure.

`RandomHistory(seed)` holds the agreement files, the files to import with their command-line arguments,
and the instants at which statements are to be asked for.  The model gets the same cells that are
written into the files, so both sides read texts.

Run alone it writes one history for a person to look at:  python3 random_history.py SEED FOLDER

What stays out, because the specification leaves it open: times inside the hour that summer time skips,
a key whose correction is itself unreadable, rows that end after their import, one snapshot of a file
system whose owners are spread over several files, models that have a price on some days only.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import slow_model
from random_agreement import (
    HOUR, PURPOSES, WHOLE_DAY, ZONES, agree_total, days_when_clocks_change, random_agreement, random_term, yaml_of,
)
from slow_model import ImportedFile, day_begin, term_begin, term_end

MINUTE = 60
STRANGER = "visitors"  # a cluster account without a lease

MODELS = {  # as an agreement names them: as sources write them
    "NVIDIA H200": ["h200", "H200", "NVIDIA H200", "nvidia_h200", "Nvidia-H200"],
    "NVIDIA H100": ["h100", "H 100", "nvidia h100", "NVIDIA-H100"],
    "A100-SXM4-80GB": ["a100-sxm4-80gb", "nvidia_a100_sxm4_80gb", "NVIDIA A100-SXM4-80GB", "A100 SXM4 80GB"],
    "B200": ["b200", "NVIDIA B200", "nvidia_b200"],
}
UNPRICED_MODEL = "v100"


# ---------------------------------------------------------------------------------------------------
# How a file writes its times


@dataclass(frozen=True)
class TimeForm:
    """One way to write instants, kept through a file: epoch, Z, an offset, or neither (with `--zone`)."""

    kind: str
    zone: str
    separator: str = "T"
    fraction: str = ""

    def text(self, instant: int) -> str:
        if self.kind == "epoch":
            return f"{instant}{self.fraction}"
        if self.kind == "Z":
            moment = datetime.fromtimestamp(instant, timezone.utc)
            return moment.strftime(f"%Y-%m-%d{self.separator}%H:%M:%S") + self.fraction + "Z"
        moment = datetime.fromtimestamp(instant, ZoneInfo(self.zone))
        text = moment.strftime(f"%Y-%m-%d{self.separator}%H:%M:%S") + self.fraction
        if self.kind == "offset":
            text += moment.isoformat()[19:]
        return text

    def zone_option(self) -> str | None:
        return self.zone if self.kind == "zoneless" else None

    def can_say(self, instant: int) -> bool:
        """False in the second pass of a repeated hour: read back, the text would mean the first."""
        return slow_model.read_instant(self.text(instant), self.zone) == instant


def random_time_form(rng: random.Random, zone: str) -> TimeForm:
    return TimeForm(
        kind=rng.choice(["epoch", "Z", "offset", "zoneless", "zoneless"]),
        zone=rng.choice([zone, zone, rng.choice(ZONES)]),
        separator=rng.choice(["T", "T", " "]),
        fraction=rng.choice([""] * 9 + [".5", ".999"]),
    )


def slurm_duration(seconds: int) -> str:
    days, rest = divmod(seconds, WHOLE_DAY)
    clock = f"{rest // HOUR:02d}:{rest % HOUR // MINUTE:02d}:{rest % MINUTE:02d}"
    return f"{days}-{clock}" if days else clock


# ---------------------------------------------------------------------------------------------------
# What happened on the cluster


@dataclass
class Job:
    """One allocation as it truly was, and what the source has told about it so far."""

    number: int
    slurm: bool  # told by sacct, else by CSV
    account: str
    gpu_model: str
    gpus: str
    start: int
    end: int
    suspended: int
    submit: int
    state: str  # once it has ended
    seen_from: int  # when the source begins to list it
    raw_id: str = ""
    cluster: str = "billtest"
    prompt: bool = False  # told without delay and never corrected: the rows of a resize belong together
    flaw: str | None = None  # how its row is spoiled until the source mends it
    told: bool = False  # its end has been told

    def key(self) -> str:
        return f"job-{self.number}"


@dataclass
class Lease:
    agreement: dict
    yaml_text: str = ""

    @property
    def id(self) -> str:
        return self.agreement["agreement"]

    @property
    def account(self) -> str:
        return self.agreement["cluster"]["account"]


@dataclass
class WrittenFile:
    """A file to import: what the model reads, the text on disk, and the arguments of the command."""

    imported: ImportedFile
    name: str
    text: str
    arguments: list[str] = field(default_factory=list)


def interesting_instants(agreement: dict) -> list[int]:
    """Where mistakes live: ends of the term, of months and of prices, and the clocks' changes."""
    zone = agreement["time_zone"]
    instants = [term_begin(agreement), term_end(agreement)]
    instants += [slow_model.month_begin(month, zone) for month in slow_model.months_of_term(agreement)]
    instants += [day_begin(entry.since, zone) for entry in slow_model.price_list(agreement)]
    for day in days_when_clocks_change(agreement["term"], zone):
        instants += [day_begin(day, zone) + half_hour * HOUR // 2 for half_hour in range(7)]
    return instants


def random_duration(rng: random.Random) -> int:
    return rng.choice([
        lambda: 0,
        lambda: rng.randrange(1, 120),
        lambda: HOUR // 2 * rng.randrange(1, 60),
        lambda: rng.randrange(MINUTE, 12 * HOUR),
        lambda: rng.randrange(HOUR, 5 * WHOLE_DAY),
        lambda: rng.randrange(WHOLE_DAY, 40 * WHOLE_DAY),
    ])()


class RandomHistory:
    """One seed's leases, import files and instants of statements."""

    def __init__(self, seed: int):
        self.seed = seed
        self.rng = random.Random(seed)
        self.leases = self.make_leases()
        self.import_times = self.make_import_times()
        self.sign_now = max(
            day_begin(lease.agreement["signed"], lease.agreement["time_zone"]) + 12 * HOUR for lease in self.leases)
        self.jobs = self.make_jobs()
        self.file_systems = make_file_systems(self)
        self.usage_source = self.rng.choice([None, None, "site"])
        self.sacct_told_until = 0
        self.files: list[WrittenFile] = []
        self.make_files()
        self.agree_totals()
        self.statement_nows = self.make_statement_nows()

    def history(self) -> list[ImportedFile]:
        return [file.imported for file in self.files]

    # -- leases ------------------------------------------------------------------------------------

    def make_leases(self) -> list[Lease]:
        """One lease; sometimes a second one, so that a corrected account can move a row between leases."""
        rng = self.rng
        zone = rng.choice(ZONES)
        term = random_term(rng, zone)
        accounts = rng.sample(["6c71a0", "103959", "lab-a", "0012", "7e10"], 2)
        how_many = 2 if rng.random() < 0.2 else 1
        return [
            Lease(random_agreement(rng, self.seed, account, term, zone, number))
            for number, account in enumerate(accounts[:how_many])
        ]

    def agree_totals(self) -> None:
        for lease in self.leases:
            gpu_seconds = sum(
                Fraction(job.gpus) * (job.end - job.start) for job in self.jobs if job.account == lease.account
            )
            agree_total(self.rng, lease.agreement, Fraction(gpu_seconds))
            lease.yaml_text = yaml_of(lease.agreement)

    def every_model_has_a_price(self) -> bool:
        return all(
            any(entry.gpu_model is None for entry in slow_model.price_list(lease.agreement)) for lease in self.leases
        )

    # -- time --------------------------------------------------------------------------------------

    def make_import_times(self) -> list[int]:
        rng, agreement = self.rng, self.leases[0].agreement
        begin, end = term_begin(agreement), term_end(agreement)
        times = [rng.randrange(begin + HOUR, end + 20 * WHOLE_DAY) for _ in range(rng.randrange(1, 6))]
        if rng.random() < 0.5:
            times.append(end + rng.randrange(WHOLE_DAY, 40 * WHOLE_DAY))
        return sorted(times)

    def make_statement_nows(self) -> list[int]:
        """At the last import, somewhat later, and long after the term."""
        last = self.import_times[-1]
        later = last + self.rng.randrange(1, 12 * WHOLE_DAY)
        after_all = max(later, term_end(self.leases[0].agreement)) + 60 * WHOLE_DAY
        return [last, later, after_all]

    def random_start(self) -> int:
        rng, agreement = self.rng, self.leases[0].agreement
        if rng.random() < 0.35:
            near = rng.choice(interesting_instants(agreement))
            return near + rng.choice([-1, 0, 1, -HOUR, -HOUR // 2, rng.randrange(-WHOLE_DAY, WHOLE_DAY)])
        if rng.random() < 0.03:
            return term_begin(agreement) - rng.randrange(1000 * WHOLE_DAY)
        return rng.randrange(term_begin(agreement) - 4 * WHOLE_DAY, term_end(agreement) + 2 * WHOLE_DAY)

    def random_end(self, start: int) -> int:
        rng = self.rng
        later = [t for t in interesting_instants(self.leases[0].agreement) if start <= t < start + 20 * WHOLE_DAY]
        if later and rng.random() < 0.2:
            return rng.choice(later) + rng.choice([0, 0, 1])
        return start + random_duration(rng)

    # -- jobs --------------------------------------------------------------------------------------

    def random_account(self) -> str:
        return self.rng.choice([lease.account for lease in self.leases] * 8 + [STRANGER])

    def random_model(self) -> str:
        rng = self.rng
        if self.every_model_has_a_price():
            if rng.random() < 0.2:
                return ""
        elif rng.random() < 0.05:
            return UNPRICED_MODEL
        named = [entry.gpu_model for lease in self.leases for entry in slow_model.price_list(lease.agreement)]
        wanted = [name for name in named if name is not None] or list(MODELS)
        if self.every_model_has_a_price() and rng.random() < 0.3:
            wanted = list(MODELS)
        return rng.choice(MODELS[rng.choice(wanted)])

    def random_gpus(self, slurm: bool) -> str:
        rng = self.rng
        if slurm or rng.random() < 0.7:
            return str(rng.choice([0, 1, 1, 2, 4, 8, 8, 16, 64, rng.randrange(1, 320)]))
        any_fraction = f"{rng.randrange(9)}.{rng.randrange(1000):03d}"
        return rng.choice(["0.5", "0.25", "0.125", "0.001", "1.5", "7.875", any_fraction])

    def make_jobs(self) -> list[Job]:
        rng = self.rng
        sources = rng.choice([[False], [True], [False, True], [False, True]])  # CSV, sacct or both
        jobs: list[Job] = []
        for _ in range(rng.randrange(3, 45)):
            self.add_job(jobs, slurm=rng.choice(sources))
        return jobs

    def add_job(self, jobs: list[Job], slurm: bool) -> None:
        rng = self.rng
        start = self.random_start()
        end = self.random_end(start)
        job = Job(
            number=len(jobs) + 1, slurm=slurm, account=self.random_account(), gpu_model=self.random_model(),
            gpus=self.random_gpus(slurm), start=start, end=end, suspended=0,
            submit=start - rng.choice([0, 0, 1, rng.randrange(3 * HOUR)]),
            state=rng.choice(["COMPLETED", "COMPLETED", "FAILED", "TIMEOUT", "CANCELLED by 1001", "NODE_FAIL"]),
            seen_from=start, raw_id=str(1000 + len(jobs)),
        )
        if rng.random() < 0.25 and end > start:
            job.suspended = rng.choice([1, end - start, rng.randrange(end - start + 1)])
        if rng.random() < 0.1:
            job.flaw = rng.choice(["reversed", "endless", "oversuspended", "absurd"])
        elif rng.random() < 0.06:
            job.end = self.import_times[-1] + 100 * WHOLE_DAY  # a runaway: listed as running for ever
        jobs.append(job)
        if slurm and rng.random() < 0.15:
            self.requeue(jobs, job)
        elif slurm and rng.random() < 0.25 and job.end - start > 10:
            self.resize(jobs, job)
        elif slurm and rng.random() < 0.05:
            jobs.append(replace(job, number=len(jobs) + 1, cluster="secondtest"))  # the same id on another cluster

    def requeue(self, jobs: list[Job], job: Job) -> None:
        """The same id with a new Submit; both rows are allocations of their own."""
        job.state = self.rng.choice(["REQUEUED", "NODE_FAIL", "PREEMPTED"])
        submit = job.end + self.rng.choice([1, 1, 7])
        start = submit + self.rng.randrange(10 * MINUTE)
        end = self.random_end(start)
        jobs.append(replace(
            job, number=len(jobs) + 1, submit=submit, start=start, end=end, seen_from=start, state="COMPLETED",
            suspended=0, flaw=None,
        ))

    def resize(self, jobs: list[Job], job: Job) -> None:
        """Each resize ends a RESIZING row; the next row's Submit is that instant and its Start the first row's."""
        rng = self.rng
        end, begin = job.end, job.start
        instants = sorted({rng.randrange(begin + 1, end) for _ in range(rng.choice([1, 1, 2]))})
        job.suspended, job.flaw, job.prompt = 0, None, True
        for instant in instants:
            last_state = job.state
            job.state, job.end = "RESIZING", instant
            job = replace(
                job, number=len(jobs) + 1, submit=instant, start=begin, end=end, seen_from=instant,
                state=last_state, gpus=self.random_gpus(slurm=True),
            )
            jobs.append(job)

    # -- files -------------------------------------------------------------------------------------

    def make_files(self) -> None:
        for now in self.import_times:
            kinds = ["csv", "sacct", "storage"]
            self.rng.shuffle(kinds)
            for kind in kinds:
                if kind == "csv":
                    self.add(write_usage_csv(self, now))
                elif kind == "sacct":
                    self.add(write_sacct(self, now))
                else:
                    for file in write_storage_files(self, now):
                        self.add(file)

    def add(self, file: WrittenFile | None) -> None:
        """A file without rows is not imported; some are imported twice, the second time with nothing new."""
        if file is None or not file.imported.rows:
            return
        file.name = f"{len(self.files) + 1:02d}-{file.name}"
        self.files.append(file)
        may_come_again = file.imported.format != "storage-csv" or names_its_file_system(file.imported)
        if may_come_again and self.rng.random() < 0.1:
            self.files.append(file)


def correct(rng: random.Random, history: RandomHistory, job: Job, now: int) -> None:
    """The source found that its row was wrong."""
    what = rng.choice(["end", "end", "start", "gpus", "suspended", "account", "model"])
    if what == "end":
        job.end = rng.randrange(job.start, min(now, job.end + 2 * WHOLE_DAY) + 1)
    elif what == "start":
        job.start = rng.randrange(max(job.submit, job.start - HOUR), job.end + 1)
    elif what == "gpus":
        job.gpus = history.random_gpus(job.slurm)
    elif what == "account":
        job.account = rng.choice([lease.account for lease in history.leases] + [STRANGER])
    elif what == "model":
        job.gpu_model = history.random_model()
    job.suspended = min(job.suspended, job.end - job.start)
    if what == "suspended":
        job.suspended = rng.randrange(job.end - job.start + 1)


def rows_to_tell(
    history: RandomHistory, jobs: list[Job], now: int, open_rows: bool, suspended: bool
) -> list[tuple[Job, str]]:
    """Which jobs a file of this instant lists, and how: 'open', 'ended' or 'spoiled'.

    Most ends are told at once, some late, some again, some corrected; a few ended jobs are listed as
    running once more.  `open_rows`, `suspended`: whether the file can say that a job is running, and
    how long it was suspended.  A spoiled row is always the first that is told of its job.
    """
    rng = history.rng
    rows: list[tuple[Job, str]] = []
    for job in jobs:
        if job.seen_from >= now:
            continue
        if job.end > now:
            if open_rows and job.flaw is None and (job.prompt or rng.random() < 0.6):
                rows.append((replace(job), "open"))
            continue
        if job.flaw is not None:
            if rng.random() < 0.4:
                job.flaw = None  # mended: told below
            else:
                if suspended or job.flaw != "oversuspended":
                    rows.append((replace(job), "spoiled"))
                continue
        chance = 0.15 if job.told else 1 if job.prompt else 0.85
        if rng.random() > chance:
            continue
        if job.told and not job.prompt and rng.random() < 0.6:
            correct(rng, history, job, now)
        rows.append((replace(job), "ended"))
        if rng.random() < 0.08:
            rows.append((replace(job), "ended"))  # the same row twice
        if not job.prompt and rng.random() < 0.06:
            correct(rng, history, job, now)  # two versions in one file
            rows.append((replace(job), "ended"))
        if open_rows and rng.random() < 0.06:
            rows.append((replace(job), "open"))  # a listing from before the end
        job.told = True
    if rng.random() < 0.5:
        rng.shuffle(rows)
    return rows


# ---------------------------------------------------------------------------------------------------
# Usage as CSV


CSV_RENAMED = {
    "start": "begin", "end": "finish", "gpus": "num_gpus", "account": "cluster", "key": "id", "state": "status",
}


def write_usage_csv(history: RandomHistory, now: int) -> WrittenFile | None:
    rng = history.rng
    form = random_time_form(rng, history.leases[0].agreement["time_zone"])
    columns, lease = random_csv_columns(history)
    jobs = [job for job in history.jobs if not job.slurm and (lease is None or job.account == lease.account)]
    rows = [
        csv_row(rng, form, columns, job, how, now)
        for job, how in rows_to_tell(history, jobs, now, "state" in columns, "suspended_seconds" in columns)
        if lease is None or job.account == lease.account
    ]
    imported = ImportedFile(
        now, "csv", rows, zone=form.zone_option(), lease=lease and lease.id, source=history.usage_source)
    renamed = {ours: theirs for ours, theirs in CSV_RENAMED.items() if ours in columns and rng.random() < 0.1}
    text = csv_text(rng, columns, rows, renamed)
    return WrittenFile(imported, "usage.csv", text, import_arguments(imported, renamed))


def random_csv_columns(history: RandomHistory) -> tuple[list[str], Lease | None]:
    """key, start, end, gpus and any of the others; without an account column the command names the lease."""
    rng = history.rng
    optional = ["account", "user", "job", "gpu_model", "purpose", "state", "suspended_seconds", "node", "note"]
    columns = ["key", "start", "end", "gpus"]
    columns += [name for name in optional if rng.random() < (0.8 if name in ("account", "state", "gpu_model") else 0.5)]
    if "gpu_model" not in columns and not history.every_model_has_a_price():
        columns.append("gpu_model")
    rng.shuffle(columns)
    return columns, (None if "account" in columns else rng.choice(history.leases))


def csv_row(rng: random.Random, form: TimeForm, columns: list[str], job: Job, how: str, now: int) -> dict[str, str]:
    start, end, gpus, state, suspended = job.start, job.end, job.gpus, job.state, job.suspended
    if how == "spoiled" and job.flaw == "reversed":
        start, end = end + 1, start
    if how == "spoiled" and job.flaw == "oversuspended":
        suspended = end - start + rng.choice([1, 1000])
    if how == "spoiled" and job.flaw == "absurd":
        gpus = rng.choice(["-1", "-0.5", "1000001", "99999999"])
    if how == "open":
        state, suspended = "RUNNING", min(suspended, max(0, now - start) // 3)
    if form.kind == "zoneless" and not (form.can_say(start) and form.can_say(end)):
        form = TimeForm("Z", form.zone)
    cells = {
        "key": job.key(), "start": form.text(start), "end": form.text(end), "gpus": gpus, "account": job.account,
        "user": f"user{job.number % 5}", "job": job.raw_id, "gpu_model": job.gpu_model,
        "purpose": PURPOSES[job.number % 3], "state": state, "suspended_seconds": str(suspended),
        "node": f"gpu{job.number % 40:02d}", "note": 'said "ok", then ended',
    }
    if how == "open" or (how == "spoiled" and job.flaw == "endless"):
        cells["end"] = ""
    return {name: cells[name] for name in columns}


def csv_text(rng: random.Random, columns: list[str], rows: list[dict[str, str]], renamed: dict[str, str]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text, lineterminator=rng.choice(["\n", "\n", "\r\n"]), quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    writer.writerow([renamed.get(name, name) for name in columns])
    for row in rows:
        writer.writerow([row[name] for name in columns])
    return text.getvalue()


def import_arguments(imported: ImportedFile, renamed: dict[str, str] | None = None) -> list[str]:
    arguments = ["--format", imported.format]
    if renamed:
        arguments += ["--columns", ",".join(f"{ours}={theirs}" for ours, theirs in renamed.items())]
    for option, value in (("--zone", imported.zone), ("--lease", imported.lease), ("--source", imported.source)):
        if value is not None:
            arguments += [option, value]
    return arguments


# ---------------------------------------------------------------------------------------------------
# Usage as sacct prints it


def write_sacct(history: RandomHistory, now: int) -> WrittenFile | None:
    """The listing was made a little before it is imported; never before the last one."""
    rng = history.rng
    made = max(history.sacct_told_until, now - rng.choice([0, MINUTE, rng.randrange(2 * HOUR)]))
    history.sacct_told_until = made
    columns = ["JobID", "JobIDRaw", "Cluster", "Account", "User", "Submit", "Start", "End", "State", "AllocTRES"]
    optional = ["Partition", "Elapsed", "Suspended", "ReqTRES", "NodeList", "ExitCode"]
    columns += [name for name in optional if rng.random() < 0.6]
    rng.shuffle(columns)

    jobs = [job for job in history.jobs if job.slurm]
    listed = rows_to_tell(history, jobs, made, open_rows=True, suspended="Suspended" in columns)
    pending = [job for job in jobs if job.submit <= made < job.seen_from and not job.prompt]
    form = TimeForm(rng.choice(["zoneless", "zoneless", "epoch"]), rng.choice(ZONES))
    told = [job for job, _ in listed] + pending
    if not all(form.can_say(instant) for job in told for instant in (job.submit, job.start, job.end)):
        form = TimeForm("epoch", form.zone)

    rows = []
    for job, how in listed:
        rows.append(sacct_row(rng, form, columns, job, how, made))
        if rng.random() < 0.3:
            rows.append(sacct_step(rng, rows[-1]))
    rows += [sacct_pending_row(form, columns, job) for job in pending]
    imported = ImportedFile(now, "sacct", rows, zone=form.zone_option(), source=history.usage_source)
    text = "\n".join("|".join(cells) for cells in [columns] + [[row[name] for name in columns] for row in rows]) + "\n"
    return WrittenFile(imported, "sacct.txt", text, import_arguments(imported))


def alloc_tres(rng: random.Random, job: Job, gpus: str) -> str:
    """`gres/gpu` with its type, without, or the type alone; in any order among the others."""
    parts = ["billing=8", "cpu=16", "mem=100M", "node=1"]
    gpu_type = job.gpu_model.lower().replace(" ", "_")
    if int(gpus) != 0:
        typed = f"gres/gpu:{gpu_type}={gpus}"
        total = f"gres/gpu={gpus}"
        parts += [total] if gpu_type == "" else rng.choice([[typed, total], [typed, total], [typed]])
    rng.shuffle(parts)
    return ",".join(parts)


def sacct_row(rng: random.Random, form: TimeForm, columns: list[str], job: Job, how: str, made: int) -> dict[str, str]:
    start, end, gpus, state, suspended = job.start, job.end, job.gpus, job.state, job.suspended
    if how == "spoiled" and job.flaw == "reversed":
        start, end = end + 1, start
    if how == "spoiled" and job.flaw == "oversuspended":
        suspended = end - start + rng.choice([1, 1000])
    if how == "spoiled" and job.flaw == "absurd":
        gpus = "2000000"
    if how == "open":
        state, suspended = "RUNNING", min(suspended, max(0, made - start) // 3)
        # Slurm's Elapsed leaves suspended time out: without that column nobody could tell when the job was listed.
        if "Suspended" not in columns:
            suspended = 0
    elapsed = max(0, min(end, made) - start - suspended)
    cells = {
        "JobID": job.raw_id if job.number % 3 else f"900_{job.number}", "JobIDRaw": job.raw_id, "Cluster": job.cluster,
        "Account": job.account, "User": f"user{job.number % 5}", "Partition": "gpu",
        "Submit": form.text(job.submit), "Start": form.text(start), "End": form.text(end),
        "Elapsed": slurm_duration(elapsed), "Suspended": slurm_duration(suspended),
        "State": state, "AllocTRES": alloc_tres(rng, job, gpus), "ReqTRES": "billing=1,cpu=1,gres/gpu=3,node=1",
        "NodeList": f"gpu[{job.number % 40:02d}-40]", "ExitCode": "0:0",
    }
    if how == "open" or (how == "spoiled" and job.flaw == "endless"):
        cells["End"] = "Unknown"
    if how == "spoiled" and job.flaw == "endless":
        cells["State"] = "COMPLETED"
    return {name: cells[name] for name in columns}


def sacct_step(rng: random.Random, row: dict[str, str]) -> dict[str, str]:
    """A job's step repeats its GPUs and must not be added to them."""
    step = rng.choice([".batch", ".extern", ".0"])
    return row | {"JobID": row["JobID"] + step, "JobIDRaw": row["JobIDRaw"] + step, "User": ""}


def sacct_pending_row(form: TimeForm, columns: list[str], job: Job) -> dict[str, str]:
    cells = {
        "JobID": job.raw_id, "JobIDRaw": job.raw_id, "Cluster": job.cluster, "Account": job.account,
        "User": f"user{job.number % 5}", "Partition": "gpu", "Submit": form.text(job.submit), "Start": "Unknown",
        "End": "Unknown", "Elapsed": "00:00:00", "Suspended": "00:00:00", "State": "PENDING", "AllocTRES": "",
        "ReqTRES": "billing=1,cpu=1,gres/gpu=3,node=1", "NodeList": "None assigned", "ExitCode": "0:0",
    }
    return {name: cells[name] for name in columns}


# ---------------------------------------------------------------------------------------------------
# Storage


@dataclass
class FileSystem:
    """One parallel file system and all its snapshots: {time: {(account, user): bytes}}.

    How its files name it: by a `filesystem` column, by `--source`, or, where only one file is ever
    imported, not at all.
    """

    name: str
    named_by: str
    lease: Lease | None  # of whom all rows are, where there is no account column
    with_users: bool
    snapshots: dict[int, dict[tuple[str, str], int]]
    held_back: int | None = None  # the time of a snapshot that isn't in the first file
    delivered: set[int] = field(default_factory=set)


def names_its_file_system(imported: ImportedFile) -> bool:
    return imported.source is not None or "filesystem" in imported.rows[0]


def make_file_systems(history: RandomHistory) -> list[FileSystem]:
    """Up to three; at most the first is without a name."""
    rng = history.rng
    file_systems = []
    for number in range(rng.choice([0, 1, 1, 1, 2, 3])):
        lease = rng.choice([None, None, rng.choice(history.leases)])
        with_users = rng.random() < 0.6
        named_by = rng.choice(["column", "column", "source", "column" if number else "nothing"])
        file_systems.append(FileSystem(
            name=f"/data{number}", named_by=named_by, lease=lease, with_users=with_users,
            snapshots=random_snapshots(history, lease, with_users),
        ))
        if lease is None and rng.random() < 0.3:
            hold_back_first_sample(file_systems[-1])
    return file_systems


def hold_back_first_sample(file_system: FileSystem) -> None:
    """The lessees' first sample comes with the second file: snapshots that the first file had without them,
    when nobody knew of their use, don't end its hold."""
    first_times = sorted(file_system.snapshots)[:4]
    for time in first_times[1:]:
        file_system.snapshots[time] = {(STRANGER, user): 1 for _, user in file_system.snapshots[time]}
    file_system.held_back = min(first_times, default=None)


def random_snapshots(
    history: RandomHistory, lease: Lease | None, with_users: bool
) -> dict[int, dict[tuple[str, str], int]]:
    """Snapshots every few hours or days, with gaps; owners come and go; at most 150 in all."""
    rng, agreement = history.rng, history.leases[0].agreement
    accounts = [lease.account] if lease else [known.account for known in history.leases] + [STRANGER]
    users = [f"user{number}" for number in range(3)] if with_users else [""]
    step = rng.choice([6 * HOUR, WHOLE_DAY, WHOLE_DAY, 30 * HOUR, 3 * WHOLE_DAY, 31 * WHOLE_DAY])
    whole_units = rng.random() < 0.3
    last = history.import_times[-1]
    time = rng.choice([
        term_begin(agreement), term_begin(agreement) - rng.randrange(3 * WHOLE_DAY),
        rng.randrange(term_begin(agreement) - WHOLE_DAY, last),
    ])
    snapshots: dict[int, dict[tuple[str, str], int]] = {}
    while time < last and len(snapshots) < 150:
        owners = {}
        for account in accounts:
            absent = rng.random() < 0.15
            for user in users:
                if not absent and rng.random() < 0.85:
                    owners[(account, user)] = random_bytes(rng, whole_units)
        if owners:
            snapshots[time] = owners
        time += rng.choice([step, step, step, rng.randrange(1, 2 * step), rng.randrange(HOUR, 5 * WHOLE_DAY)])
    return snapshots


def random_bytes(rng: random.Random, whole_units: bool) -> int:
    if whole_units:
        return rng.randrange(1, 500) * rng.choice([10**9, 2**30])
    return rng.choice([0, rng.randrange(10**6), rng.randrange(10**12), rng.randrange(10**15)])


def write_storage_files(history: RandomHistory, now: int) -> list[WrittenFile]:
    """File systems with the same columns share a file, those known by `--source` have one each."""
    files = []
    shared: dict[tuple, list[FileSystem]] = {}
    for number, file_system in enumerate(history.file_systems):
        alone = number if file_system.named_by != "column" else None
        lease_id = file_system.lease.id if file_system.lease else None
        shared.setdefault((alone, lease_id, file_system.with_users), []).append(file_system)
    for group in shared.values():
        if group[0].named_by == "nothing" and now != history.import_times[-1]:
            continue  # without a name two files would be two file systems: this one gets a single file
        files.append(write_storage_csv(history, now, group))
    return files


def snapshots_to_tell(history: RandomHistory, file_system: FileSystem, now: int) -> list[int]:
    """The times of the new snapshots, late ones, and old ones again, some of these with other bytes."""
    rng = history.rng
    times = []
    for time, owners in file_system.snapshots.items():
        if time > now or (time == file_system.held_back and not file_system.delivered):
            continue
        if time not in file_system.delivered:
            if rng.random() < 0.93:
                times.append(time)
        elif rng.random() < 0.05:
            times.append(time)
            if rng.random() < 0.5:
                for owner in owners:
                    owners[owner] = random_bytes(rng, False)
    file_system.delivered.update(times)
    return times


def write_storage_csv(history: RandomHistory, now: int, file_systems: list[FileSystem]) -> WrittenFile:
    rng = history.rng
    form = random_time_form(rng, history.leases[0].agreement["time_zone"])
    first = file_systems[0]
    columns = ["time", "bytes"]
    columns += ["account"] if first.lease is None else []
    columns += ["user"] if first.with_users else []
    columns += ["filesystem"] if first.named_by == "column" else []
    rng.shuffle(columns)

    rows = []
    for file_system in file_systems:
        for time in snapshots_to_tell(history, file_system, now):
            form_here = form if form.can_say(time) else TimeForm("Z", form.zone)
            for (account, user), used in file_system.snapshots[time].items():
                cells = {
                    "time": form_here.text(time), "bytes": str(used), "account": account, "user": user,
                    "filesystem": file_system.name,
                }
                rows.append({name: cells[name] for name in columns})
    if rng.random() < 0.5:
        rng.shuffle(rows)
    imported = ImportedFile(
        now, "storage-csv", rows, zone=form.zone_option(), lease=first.lease and first.lease.id,
        source=first.name.strip("/") if first.named_by == "source" else None,
    )
    return WrittenFile(imported, "storage.csv", csv_text(rng, columns, rows, {}), import_arguments(imported))


def write_history(history: RandomHistory, folder: Path) -> None:
    """The agreement files and the import files."""
    folder.mkdir(parents=True, exist_ok=True)
    for lease in history.leases:
        (folder / f"{lease.id}.yaml").write_text(lease.yaml_text, encoding="utf-8")
    for file in history.files:
        (folder / file.name).write_text(file.text, encoding="utf-8", newline="")


if __name__ == "__main__":
    write_history(RandomHistory(int(sys.argv[1])), Path(sys.argv[2]))
