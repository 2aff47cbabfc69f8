"""The slow model: what a month's statement must say, computed with exact fractions and plain counting.

It is the second opinion on the C program.  It shares no code with it and was written from the
specification alone; sentences of the specification stand in the docstrings, in quotation marks,
above the code that obeys them.  Nothing here is clever or fast: days are counted one by one, every
allocation is looked at on every day, and no number is rounded before the one place that says so.

What goes in
    agreement   a dict with the keys of the agreement file; dates are `datetime.date`
    history     a list of `ImportedFile` in the order of import; the cells of their rows are texts,
                as a spreadsheet would show them
    now         the instant at which the statement is asked for

What comes out
    `statements(agreement, history, now)`: a `Statement` for each month of the term.

Instants are whole UTC seconds.  The model refuses to guess: `sacct` rows of split GPUs (MIG),
hardware faults, taxes, corrections of issued statements and renewals are not in it.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECONDS_PER_HOUR = 3600
FEN_PER_YUAN = 100
OPEN_AT_MOST_SECONDS = 7 * 24 * SECONDS_PER_HOUR
MAX_GAP_HOURS_DEFAULT = 48
GPUS_ABSURD_ABOVE = 1_000_000
BYTES_OF_UNIT = {"GB": 10**9, "GiB": 2**30}


class Refused(Exception):
    """The agreement doesn't allow what was asked."""


class Parked(Exception):
    """A row that is set aside with this reason: shown to a person, never billed."""


class NoAllocation(Exception):
    """A good row that gives no GPUs to anybody: a job's step, or a job that hasn't started."""


@dataclass
class ImportedFile:
    """One `import`: the rows as texts by column name, and what the command line said beside them."""

    now: int
    format: str  # csv, sacct or storage-csv
    rows: list[dict[str, str]]
    zone: str | None = None  # --zone: of times that name none
    lease: str | None = None  # --lease: whose rows these are when no account column says so
    source: str | None = None  # --source


# ---------------------------------------------------------------------------------------------------
# Money


def round_half_away_from_zero(value: Fraction) -> int:
    """'rounded once, half away from zero'"""
    whole, rest = divmod(abs(value), 1)
    if rest >= Fraction(1, 2):
        whole += 1
    return int(whole) if value >= 0 else -int(whole)


def fen(yuan: Fraction) -> int:
    """'amounts are whole fen'"""
    return round_half_away_from_zero(yuan * FEN_PER_YUAN)


def number_before_unit(text: str) -> Fraction:
    """The figure of '12.50 CNY/GPU-hour' or '48 h'."""
    return Fraction(text.split()[0])


CAPITAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capitals_below_ten_thousand(number: int) -> str:
    """A group of up to four digits: 6007 is 陆仟零柒.  Zeros between digits are one 零, zeros at the end none."""
    text = ""
    zero_waits = False
    for power, unit in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = number // power % 10
        if digit == 0:
            zero_waits = text != ""
            continue
        if zero_waits:
            text += "零"
            zero_waits = False
        text += CAPITAL_DIGITS[digit] + unit
    return text


def capitals_of_whole_number(number: int) -> str:
    """A whole number, by groups of 万 and 亿.

    A 零 stands after 万 or 亿 where the next group begins with a zero, and not where only the group
    before ends with one: 107000 is 壹拾万柒仟.
    """
    for size, unit in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            text = capitals_of_whole_number(high) + unit
            if 0 < low < size // 10:
                text += "零"
            return text + capitals_of_whole_number(low)
    return capitals_below_ten_thousand(number)


def capitals(amount_fen: int) -> str:
    """'整 after 元 and after 角, never after 分 ... 0 人民币零元整; negative: 负 after 人民币'"""
    sign = "负" if amount_fen < 0 else ""
    yuan, rest = divmod(abs(amount_fen), FEN_PER_YUAN)
    jiao, fen_digit = divmod(rest, 10)

    text = "人民币" + sign
    if yuan > 0:
        text += capitals_of_whole_number(yuan) + "元"
    if yuan == 0 and rest == 0:
        text += "零元"
    if rest == 0:
        return text + "整"

    zero_before_fen = jiao == 0
    zero_before_jiao = jiao > 0 and yuan % 10 == 0
    if yuan > 0 and (zero_before_fen or zero_before_jiao):
        text += "零"
    if jiao > 0:
        text += CAPITAL_DIGITS[jiao] + "角"
    if fen_digit > 0:
        return text + CAPITAL_DIGITS[fen_digit] + "分"
    return text + "整"


# ---------------------------------------------------------------------------------------------------
# Calendar


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month of the agreement's time zone."""

    year: int
    month: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    def previous(self) -> Month:
        return Month(self.year - (self.month == 1), (self.month - 2) % 12 + 1)

    @staticmethod
    def of(day: date) -> Month:
        return Month(day.year, day.month)


def instant_of(moment: datetime) -> int:
    """UTC seconds.  'An instant given with a fraction of a second counts from its whole second.'"""
    return (moment - EPOCH) // timedelta(seconds=1)


def day_begin(day: date, zone: str) -> int:
    """The day's first second.  'Days and months are those of the agreement's time zone.'

    Where the clocks repeat midnight it is the first of the two; where they skip midnight it is the
    second at which they skip.
    """
    return instant_of(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone), fold=0))


def month_begin(month: Month, zone: str) -> int:
    return day_begin(month.first_day(), zone)


def month_seconds(month: Month, zone: str) -> int:
    """'seconds of the whole calendar month', longer or shorter where the clocks change."""
    return month_begin(month.next(), zone) - month_begin(month, zone)


def last_day_of_term(first_day: date, months: int) -> date:
    """'n months fit when `to` is the day before the day of the same number n months on, or that month's
    last day where it lacks the day'"""
    month = Month.of(first_day)
    for _ in range(months):
        month = month.next()
    days_in_month = calendar.monthrange(month.year, month.month)[1]
    if first_day.day > days_in_month:
        return date(month.year, month.month, days_in_month)
    return date(month.year, month.month, first_day.day) - DAY


def months_fit(first_day: date, last_day: date, months: int) -> bool:
    return last_day == last_day_of_term(first_day, months)


def term_begin(agreement: dict) -> int:
    """'Term: from 00:00 of `from` ...'"""
    return day_begin(agreement["term"]["from"], agreement["time_zone"])


def term_end(agreement: dict) -> int:
    """'... to 24:00 of `to`'"""
    return day_begin(agreement["term"]["to"] + DAY, agreement["time_zone"])


def months_of_term(agreement: dict) -> list[Month]:
    """Every month with a day of the term: 'first and last statements then cover part months'"""
    months = [Month.of(agreement["term"]["from"])]
    while months[-1] < Month.of(agreement["term"]["to"]):
        months.append(months[-1].next())
    return months


def days_of_month_in_term(agreement: dict, month: Month) -> list[date]:
    days = []
    day = month.first_day()
    while Month.of(day) == month:
        if agreement["term"]["from"] <= day <= agreement["term"]["to"]:
            days.append(day)
        day += DAY
    return days


def seconds_in_both(begin: int, end: int, other_begin: int, other_end: int) -> int:
    """How many seconds two spans have in common."""
    return max(0, min(end, other_end) - max(begin, other_begin))


# ---------------------------------------------------------------------------------------------------
# Reading cells


def read_instant(text: str, zone: str | None) -> int:
    """An epoch, or ISO with Z, with an offset, or with neither: then in the file's `--zone`.

    An hour that the end of summer time repeats is read as its first pass.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return int(text.split(".")[0])
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone), fold=0)
    return instant_of(moment)


def read_instant_if_any(text: str, zone: str | None) -> int | None:
    return None if text in ("", "Unknown", "None") else read_instant(text, zone)


def read_slurm_duration(text: str) -> int:
    """Seconds of '00:00:08' or '10-13:27:06'."""
    days, _, clock = text.rpartition("-")
    hours, minutes, seconds = clock.split(":")
    return int(days or 0) * 86400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def read_alloc_tres(text: str) -> tuple[Fraction, str]:
    """GPUs and their model from AllocTRES: '`gres/gpu` and `gres/gpu:type` are the same devices, not to be added'."""
    total = None
    typed = Fraction(0)
    model = ""
    for part in text.split(",") if text else []:
        name, _, figure = part.partition("=")
        if name == "gres/gpu":
            total = Fraction(figure)
        elif name.startswith("gres/gpu:"):
            typed += Fraction(figure)
            model = name.removeprefix("gres/gpu:")
    return (typed if total is None else total), model


# ---------------------------------------------------------------------------------------------------
# Allocations: what the imported rows say once the later ones have replaced the earlier ones


@dataclass(frozen=True)
class Allocation:
    """GPUs given to one job from `start` to `end`; `end` is None while the source lists it as running."""

    key: tuple
    ours: bool  # of this agreement's lease
    gpu_model: str  # empty where the row names none
    gpus: Fraction
    start: int
    end: int | None
    suspended: int
    listed: int  # when the source listed it

    # Only of Slurm's rows; a resize is recognised by them.
    submit: int | None = None
    slurm_job: tuple | None = None  # (cluster, raw job id)
    resizing: bool = False


def row_is_ours(agreement: dict, file: ImportedFile, row: dict[str, str]) -> bool:
    """A row belongs to the lease that `--lease` names, else to the lease whose cluster account it names."""
    if file.lease is not None:
        return file.lease == agreement["agreement"]
    return row.get("account", row.get("Account")) == agreement["cluster"]["account"]


def check_allocation(allocation: Allocation, running: bool) -> Allocation:
    """What is wrong with a row parks it; it doesn't touch what is known under its key."""
    if allocation.gpus < 0 or allocation.gpus > GPUS_ABSURD_ABOVE:
        raise Parked("GPUs negative or absurd")
    if allocation.end is None:
        if not running:
            raise Parked("no end and not running")
        return allocation
    if allocation.end < allocation.start:
        raise Parked("end before start")
    if allocation.suspended > allocation.end - allocation.start:
        raise Parked("suspended for longer than it was allocated")
    return allocation


def read_csv_allocation(agreement: dict, file: ImportedFile, row: dict[str, str]) -> Allocation:
    """Columns key, start, end, gpus, and any of account, gpu_model, state, suspended_seconds."""
    allocation = Allocation(
        key=("csv", row["key"]),
        ours=row_is_ours(agreement, file, row),
        gpu_model=row.get("gpu_model", ""),
        gpus=Fraction(row["gpus"]),
        start=read_instant(row["start"], file.zone),
        end=read_instant_if_any(row["end"], file.zone),
        suspended=int(row.get("suspended_seconds") or 0),
        listed=file.now,
    )
    return check_allocation(allocation, running=row.get("state") == "RUNNING")


def read_sacct_allocation(agreement: dict, file: ImportedFile, row: dict[str, str]) -> Allocation:
    """One row of `sacct --parsable2`.

    'Key of sacct rows: (Cluster, JobIDRaw, Submit)'.  GPUs are those of AllocTRES: 'GPUs allocated ...
    whatever was requested'.  'listed is the import's --now, except sacct rows with an Elapsed column:
    start + elapsed + suspended.'
    """
    if "." in row["JobIDRaw"]:
        raise NoAllocation("a step: its job's row has the GPUs")
    start = read_instant_if_any(row["Start"], file.zone)
    if start is None:
        raise NoAllocation("never started")
    submit = read_instant(row["Submit"], file.zone)
    gpus, gpu_model = read_alloc_tres(row["AllocTRES"])
    suspended = read_slurm_duration(row["Suspended"]) if "Suspended" in row else 0
    listed = file.now
    if "Elapsed" in row:
        listed = start + read_slurm_duration(row["Elapsed"]) + suspended
    allocation = Allocation(
        key=("sacct", row["Cluster"], row["JobIDRaw"], submit),
        ours=row_is_ours(agreement, file, row),
        gpu_model=gpu_model,
        gpus=gpus,
        start=start,
        end=read_instant_if_any(row["End"], file.zone),
        suspended=suspended,
        listed=listed,
        submit=submit,
        slurm_job=(row["Cluster"], row["JobIDRaw"]),
        resizing=row["State"] == "RESIZING",
    )
    return check_allocation(allocation, running=row["State"] == "RUNNING")


def what_stands(known: Allocation | None, new: Allocation) -> Allocation:
    """'Same key with other figures supersedes (last import wins; within one file the last row wins except
    that open never replaces closed)'"""
    if known is not None and known.end is not None and new.end is None:
        return known
    return new


@dataclass
class Usage:
    """All allocations by key, those of other leases too, and the rows set aside: (file, row, reason)."""

    allocations: dict[tuple, Allocation] = field(default_factory=dict)
    parked: list[tuple[int, int, str]] = field(default_factory=list)


def read_usage(agreement: dict, history: list[ImportedFile]) -> Usage:
    readers = {"csv": read_csv_allocation, "sacct": read_sacct_allocation}
    usage = Usage()
    for file_number, file in enumerate(history, 1):
        if file.format not in readers:
            continue
        for row_number, row in enumerate(file.rows, 1):
            try:
                new = readers[file.format](agreement, file, row)
            except NoAllocation:
                continue
            except Parked as reason:
                usage.parked.append((file_number, row_number, str(reason)))
                continue
            usage.allocations[new.key] = what_stands(usage.allocations.get(new.key), new)
    return usage


@dataclass(frozen=True)
class Metered:
    """The seconds of one allocation that count: from `begin` until just before `end`."""

    allocation: Allocation
    begin: int
    end: int


def metered_from(allocation: Allocation, usage: Usage) -> int:
    """'a resized job's overlap counts once': the row after a resize starts again at the first row's start;
    its time up to the resize stands on the RESIZING row."""
    for other in usage.allocations.values():
        if (other.resizing and other.slurm_job == allocation.slurm_job and other.key != allocation.key
                and other.start == allocation.start and other.end == allocation.submit):
            return other.end
    return allocation.start


def metered_until(agreement: dict, allocation: Allocation, now: int) -> int:
    """The end; of a running one 'the earlier of the statement's --now, and 7 days after the source last
    listed it as running'.

    'Suspended time isn't counted ... suspended seconds whose moment the source doesn't give come off the
    allocation's last seconds', unless the agreement says `suspended: billed`.
    """
    end = allocation.end
    if end is None:
        end = min(now, allocation.listed + OPEN_AT_MOST_SECONDS)
    if agreement["compute"].get("suspended") == "billed":
        return end
    return end - allocation.suspended


def metered_allocations(agreement: dict, usage: Usage, now: int) -> list[Metered]:
    """The lease's allocations.  The term is not looked at yet: the days that are billed see to that."""
    return [
        Metered(allocation, metered_from(allocation, usage), metered_until(agreement, allocation, now))
        for allocation in usage.allocations.values() if allocation.ours
    ]


def use_on_day(agreement: dict, metered: list[Metered], day: date) -> list[tuple[Metered, Fraction]]:
    """'GPUs allocated x seconds they were allocated', of one day.  Both local midnights cut: 'A job over a
    month's end or a price change is split there, to the second.'"""
    midnight = day_begin(day, agreement["time_zone"])
    next_midnight = day_begin(day + DAY, agreement["time_zone"])
    use = []
    for span in metered:
        seconds = seconds_in_both(span.begin, span.end, midnight, next_midnight)
        gpu_seconds = span.allocation.gpus * seconds
        if gpu_seconds > 0:
            use.append((span, gpu_seconds))
    return use


# ---------------------------------------------------------------------------------------------------
# Prices of GPU-hours


@dataclass(frozen=True)
class PriceEntry:
    """One price, with the model it is for (None: any) and the day it begins."""

    gpu_model: str | None
    price: Fraction
    since: date

    def line_key(self) -> tuple:
        """'one line per price that applied in the month (per gpu_model where prices name models)'"""
        return (self.model_as_compared(), self.price)

    def model_as_compared(self) -> str | None:
        return None if self.gpu_model is None else model_as_compared(self.gpu_model)


def model_as_compared(name: str) -> str:
    """'equal after lower-casing, dropping everything but letters and digits, and dropping a leading nvidia'"""
    return re.sub("[^a-z0-9]", "", name.lower()).removeprefix("nvidia")


def price_list(agreement: dict) -> list[PriceEntry]:
    """'gpu_model and from may be missing (any model; from the term's begin)'; one figure is a list of one."""
    compute = agreement["fees"]["compute"]
    if isinstance(compute, str):
        compute = [{"price": compute}]
    return [
        PriceEntry(
            entry.get("gpu_model"),
            number_before_unit(entry["price"]),
            entry.get("from", agreement["term"]["from"]),
        )
        for entry in compute
    ]


def newest_on(day: date, entries: list[PriceEntry]) -> PriceEntry | None:
    """'the newest `from` not after the day applies'"""
    begun = [entry for entry in entries if entry.since <= day]
    return max(begun, key=lambda entry: entry.since, default=None)


def price_on(day: date, gpu_model: str, entries: list[PriceEntry]) -> PriceEntry | None:
    """'An entry naming the model beats one without.'  None: 'A row whose model has no price is parked'."""
    naming_it = [entry for entry in entries if entry.model_as_compared() == model_as_compared(gpu_model)]
    for_any = [entry for entry in entries if entry.gpu_model is None]
    return newest_on(day, naming_it) or newest_on(day, for_any)


def first_in_force(day: date, entries: list[PriceEntry]) -> PriceEntry:
    """'the first list entry in force'; one that a newer price of its own model has replaced isn't in force."""
    for entry in entries:
        of_its_model = [other for other in entries if other.model_as_compared() == entry.model_as_compared()]
        if newest_on(day, of_its_model) == entry:
            return entry
    raise Refused("no compute price is in force")


# ---------------------------------------------------------------------------------------------------
# Storage


def byte_seconds_of_month(agreement: dict, history: list[ImportedFile], month: Month, now: int) -> int:
    """'A snapshot holds until that file system's next one, over month ends, at most to the end of the term;
    before the first, 0; the last one holds until a next one arrives, at most `max_gap`' ...
    'The lease's use is the sum over file systems.'
    """
    zone = agreement["time_zone"]
    begin = max(month_begin(month, zone), term_begin(agreement))
    end = min(month_begin(month.next(), zone), term_end(agreement), now)
    max_gap = max_gap_seconds(agreement)

    byte_seconds = 0
    for snapshots in snapshots_by_file_system(agreement, history).values():
        times = sorted(snapshots)
        for time, next_time in zip(times, times[1:] + [None]):
            held_until = time + max_gap
            if next_time is not None:
                held_until = min(held_until, next_time)
            byte_seconds += snapshots[time] * seconds_in_both(time, held_until, begin, end)
    return byte_seconds


def max_gap_seconds(agreement: dict) -> int:
    hours = number_before_unit(agreement["storage"].get("max_gap", f"{MAX_GAP_HOURS_DEFAULT} h"))
    return int(hours * SECONDS_PER_HOUR)


def snapshots_by_file_system(agreement: dict, history: list[ImportedFile]) -> dict[tuple, dict[int, int]]:
    """The lease's bytes at each snapshot: {file system: {time: bytes}}.

    'All rows of one file system at one time are one snapshot: an owner missing from it uses 0.'  'A
    snapshot of a file system in which the lease's account is missing sets its use to 0 from that time,
    provided an earlier or same file had samples of this account on that file system.'  A later file's
    figure for the same owner at the same time replaces the earlier one.
    """
    bytes_of_owner: dict[tuple, dict[int, dict[tuple, int]]] = {}
    for file_number, file in enumerate(history, 1):
        if file.format != "storage-csv":
            continue
        seen = []
        for row in file.rows:
            file_system = file_system_of(file, file_number, row)
            time = read_instant(row["time"], file.zone)
            seen.append((file_system, time))
            if row_is_ours(agreement, file, row):
                owners = bytes_of_owner.setdefault(file_system, {}).setdefault(time, {})
                owners[row.get("user")] = int(row["bytes"])
        for file_system, time in seen:
            if file_system in bytes_of_owner:
                bytes_of_owner[file_system].setdefault(time, {})
    return {
        file_system: {time: sum(owners.values()) for time, owners in snapshots.items()}
        for file_system, snapshots in bytes_of_owner.items()
    }


def file_system_of(file: ImportedFile, file_number: int, row: dict[str, str]) -> tuple:
    """'absent: one unnamed file system per --source or, without it, per command'"""
    if "filesystem" in row:
        return ("named", row["filesystem"])
    if file.source is not None:
        return ("of source", file.source)
    return ("of command", file_number)


# ---------------------------------------------------------------------------------------------------
# Lines and statements


@dataclass
class Line:
    """One line of a statement; a quantity that its clause doesn't have is None."""

    clause: str
    meter: str
    amount_fen: int
    unit_price: Fraction | None = None
    gpu_seconds: Fraction | None = None
    byte_seconds: int | None = None
    gpu_model: str | None = None


@dataclass
class Statement:
    lease: str
    month: Month
    lines: list[Line]

    @property
    def total_fen(self) -> int:
        """'Totals add rounded lines.'"""
        return sum(line.amount_fen for line in self.lines)

    @property
    def total_capitals(self) -> str:
        return capitals(self.total_fen)


def compute_lines(agreement: dict, metered: list[Metered], month: Month) -> list[Line]:
    """Clause 3.1(1).  'A line is one clause x one price x one tax rate x one month: its exact quantities are
    summed first, then multiplied and rounded once, half away from zero.'

    'a compute price without use gives no line, but if there is no use at all there is one line with
    quantity 0 at the price in force on the first day of the month covered by the term'
    """
    entries = price_list(agreement)
    used: dict[tuple, Fraction] = {}
    for day in days_of_month_in_term(agreement, month):
        for span, gpu_seconds in use_on_day(agreement, metered, day):
            entry = price_on(day, span.allocation.gpu_model, entries)
            if entry is not None:
                used[entry.line_key()] = used.get(entry.line_key(), Fraction(0)) + gpu_seconds
    if not used:
        entry = first_in_force(days_of_month_in_term(agreement, month)[0], entries)
        used[entry.line_key()] = Fraction(0)
    return [
        Line(
            "3.1(1)", "compute",
            amount_fen=fen(price * gpu_seconds / SECONDS_PER_HOUR),
            unit_price=price, gpu_seconds=gpu_seconds, gpu_model=gpu_model,
        )
        for (gpu_model, price), gpu_seconds in used.items()
    ]


def storage_lines(agreement: dict, history: list[ImportedFile], month: Month, now: int) -> list[Line]:
    """Clause 3.1(2).  'Billed: GB-seconds / seconds of the whole calendar month.  GB is 10^9 bytes unless the
    agreement says GiB.'"""
    if "storage" not in agreement["fees"]:
        return []
    price = number_before_unit(agreement["fees"]["storage"])
    byte_seconds = byte_seconds_of_month(agreement, history, month, now)
    unit_bytes = BYTES_OF_UNIT[agreement["storage"]["unit"]]
    unit_months = Fraction(byte_seconds, unit_bytes * month_seconds(month, agreement["time_zone"]))
    return [Line("3.1(2)", "storage", amount_fen=fen(price * unit_months), unit_price=price, byte_seconds=byte_seconds)]


def one_time_fees(agreement: dict) -> list[Line]:
    """Clauses 3.1(3) and 3.1(4)."""
    lines = []
    for clause, name in (("3.1(3)", "dataset"), ("3.1(4)", "software")):
        if name in agreement["fees"]:
            lines.append(Line(clause, name, amount_fen=fen(number_before_unit(agreement["fees"][name]))))
    return lines


def one_time_lines(agreement: dict, month: Month) -> list[Line]:
    """'Whole, on the statement of the month in which the term begins, used or not'"""
    begins_here = month == Month.of(agreement["term"]["from"])
    return one_time_fees(agreement) if begins_here else []


def total_fen_agreed(agreement: dict) -> int:
    return fen(number_before_unit(agreement["fees"]["total"]["amount"]))


def cap_line(agreement: dict, fees_before_fen: int, fees_to_date_fen: int) -> Line:
    """'`cap`: billed to date = min(total, fees to date), the difference one line "3.2 cap"'"""
    total_fen = total_fen_agreed(agreement)
    billed_this_month = min(total_fen, fees_to_date_fen) - min(total_fen, fees_before_fen)
    return Line("3.2", "cap", amount_fen=billed_this_month - (fees_to_date_fen - fees_before_fen))


def instalment_line(agreement: dict, number: int) -> Line:
    """'`fixed`: ... total less one-time fees in n = months instalments on the first n statements, each rounded
    down, the remainder in the last'; `number` counts statements from 1."""
    months = agreement["term"]["months"]
    to_spread_fen = total_fen_agreed(agreement) - sum(line.amount_fen for line in one_time_fees(agreement))
    each_fen = to_spread_fen // months
    if number < months:
        return Line("3.2", "instalment", each_fen)
    if number == months:
        return Line("3.2", "instalment", to_spread_fen - (months - 1) * each_fen)
    return Line("3.2", "instalment", 0)


def statements(agreement: dict, history: list[ImportedFile], now: int) -> dict[Month, Statement]:
    """The statement of every month of the term, as it stands at `now`."""
    metered_gpus = metered_allocations(agreement, read_usage(agreement, history), now)
    meaning = agreement["fees"]["total"]["meaning"]
    result = {}
    fees_to_date_fen = 0
    for number, month in enumerate(months_of_term(agreement), 1):
        used = compute_lines(agreement, metered_gpus, month) + storage_lines(agreement, history, month, now)
        lines = used + one_time_lines(agreement, month)
        fees_before_fen = fees_to_date_fen
        fees_to_date_fen += sum(line.amount_fen for line in lines)
        if meaning == "cap" and fees_to_date_fen > total_fen_agreed(agreement):
            lines.append(cap_line(agreement, fees_before_fen, fees_to_date_fen))
        if meaning == "fixed":
            for line in used:
                line.amount_fen = 0  # 'use is shown, not billed'
            lines.append(instalment_line(agreement, number))
        result[month] = Statement(agreement["agreement"], month, lines)
    return result


def statement(agreement: dict, history: list[ImportedFile], month: Month, now: int) -> Statement:
    """One month's statement; a month that lies wholly outside the term is refused."""
    if month not in months_of_term(agreement):
        raise Refused(f"{month} lies outside the term")
    return statements(agreement, history, now)[month]
