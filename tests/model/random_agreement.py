"""Random agreements: as the dict that the slow model takes, and as the text of the agreement file.

The blanks on which a statement depends are random; all others are the same in every agreement.
"""

from __future__ import annotations

import random
from datetime import date
from fractions import Fraction

import slow_model
from slow_model import DAY, capitals, day_begin, last_day_of_term

HOUR, WHOLE_DAY = 3600, 86400
PURPOSES = ["llm-pretraining", "fine-tuning", "evaluation"]

ZONES = [
    "Asia/Shanghai", "Asia/Shanghai", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe",
    "America/Los_Angeles", "America/Sao_Paulo", "America/Havana", "Pacific/Chatham", "Asia/Kolkata", "UTC",
]


USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2]


def organisation_check(eight: str) -> str:
    """GB 11714: 'check 11 - sum mod 11 (10 is X, 11 is 0), with letters A=10..Z=35'"""
    check = 11 - sum(int(letter, 36) * weight for letter, weight in zip(eight, ORGANISATION_WEIGHTS)) % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def uscc_check(seventeen: str) -> str:
    """GB 32100: 'weights 3^(i-1) mod 31 over the first 17, value (31 - sum mod 31) mod 31'"""
    total = sum(USCC_ALPHABET.index(letter) * pow(3, i, 31) for i, letter in enumerate(seventeen))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def random_uscc(rng: random.Random) -> str:
    organisation = "".join(rng.choice("0123456789ABCDEFGHJKLMNPQRTUWXY") for _ in range(8))
    seventeen = "91" + rng.choice(["110108", "350100", "310115", "440300"]) + organisation
    seventeen += organisation_check(organisation)
    return seventeen + uscc_check(seventeen)


def random_price(rng: random.Random) -> str:
    """Up to 6 places; often one that ends in half a fen."""
    return rng.choice([
        lambda: f"{rng.randrange(1, 40)}.{rng.randrange(100):02d}",
        lambda: f"{rng.randrange(1, 40)}.{rng.randrange(100):02d}5",
        lambda: f"{rng.randrange(0, 40)}.{rng.randrange(1, 10**6):06d}",
        lambda: f"{rng.randrange(1, 99)}",
        lambda: f"0.{rng.randrange(1, 2000):06d}",
    ])()


def random_storage_price(rng: random.Random) -> str:
    return rng.choice(["0.35", "0.125", "0.005", "1", "0.000001", "0.333333", f"0.{rng.randrange(1, 10**6):06d}"])


def random_first_day(rng: random.Random, zone: str) -> date:
    year = rng.randrange(2012, 2019) if zone == "America/Sao_Paulo" else rng.randrange(2012, 2030)
    month = rng.randrange(1, 13)
    day = rng.choice([1, 1, 1, rng.randrange(2, 29), 29, 30, 31])
    while True:
        try:
            return date(year, month, day)
        except ValueError:  # the month lacks the day
            day -= 1


def random_term(rng: random.Random, zone: str) -> dict:
    months = rng.choice([1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 12, 13, rng.randrange(1, 27)])
    first_day = random_first_day(rng, zone)
    return {"from": first_day, "to": last_day_of_term(first_day, months), "months": months}


def days_when_clocks_change(term: dict, zone: str) -> list[date]:
    days = [term["from"] + DAY * number for number in range((term["to"] - term["from"]).days + 1)]
    return [day for day in days if day_begin(day + DAY, zone) - day_begin(day, zone) != WHOLE_DAY]


def random_price_dates(rng: random.Random, term: dict, zone: str) -> list[date]:
    """Days on which prices change: inside the term, or a little before or after it."""
    days = (term["to"] - term["from"]).days
    dates = {term["from"] + DAY * rng.randrange(-20, days + 20) for _ in range(rng.choice([0, 1, 1, 2, 3]))}
    clock_changes = days_when_clocks_change(term, zone)
    if clock_changes and rng.random() < 0.3:
        dates.add(rng.choice(clock_changes))
    return sorted(dates)


def random_price_changes(rng: random.Random, term: dict, zone: str, gpu_model: str | None) -> list[dict]:
    """The entries of one model (None: of any): one in force from the term's begin and perhaps later ones."""
    base = {"price": random_price(rng)}
    if rng.random() < 0.5:
        base["from"] = term["from"] - DAY * rng.choice([0, 0, 30])
    entries = [base]
    for day in random_price_dates(rng, term, zone):
        back_to_a_former_price = rng.random() < 0.15
        price = rng.choice(entries)["price"] if back_to_a_former_price else random_price(rng)
        if day > base.get("from", term["from"]):
            entries.append({"price": price, "from": day})
    if gpu_model is not None:
        entries = [{"gpu_model": gpu_model} | entry for entry in entries]
    return entries


def random_compute_fee(rng: random.Random, term: dict, zone: str) -> str | list[dict]:
    """One figure; a list by date; by model; by model with a price for any other model."""
    style = rng.choice(["figure", "dated", "models", "models and any"])
    if style == "figure":
        return random_price(rng) + " CNY/GPU-hour"
    entries = []
    if style != "dated":
        for gpu_model in rng.sample(["NVIDIA H200", "NVIDIA H100", "A100-SXM4-80GB"], rng.choice([1, 2, 3])):
            entries += random_price_changes(rng, term, zone, gpu_model)
    if style != "models":
        entries += random_price_changes(rng, term, zone, None)
    rng.shuffle(entries)
    for entry in entries:
        entry["price"] += " CNY/GPU-hour"
    return entries


def random_agreement(rng: random.Random, seed: int, account: str, term: dict, zone: str, number: int) -> dict:
    """An agreement as the dict that the model takes; the total is agreed later, when the use is known."""
    compute = {"gpu_model": "B200"}
    if rng.random() < 0.15:
        compute["suspended"] = "billed"
    storage = {"unit": rng.choice(["GB", "GiB"])}
    if rng.random() < 0.4:
        storage["max_gap"] = f"{rng.choice([1, 6, 24, 30, 72, 1000])} h"
    fees = {
        "compute": random_compute_fee(rng, term, zone),
        "dataset": f"{rng.randrange(1, 300000)}.{rng.randrange(100):02d} CNY",
        "software": f"{rng.randrange(1, 90000)}.00 CNY",
    }
    if rng.random() < 0.85:
        fees["storage"] = random_storage_price(rng) + f" CNY/{storage['unit']}/month"
    return {
        "agreement": f"TL-{term['from'].year}-{seed % 10000:04d}{'ABCDEFGH'[number]}",
        "signed": term["from"] - DAY * rng.randrange(1, 40),
        "time_zone": zone,
        "lessee": {"uscc": random_uscc(rng)},
        "lessor": {"uscc": random_uscc(rng)},
        "compute": compute,
        "storage": storage,
        "term": term,
        "fees": fees,
        "cluster": {"account": account},
    }


def agree_total(rng: random.Random, agreement: dict, gpu_seconds: Fraction) -> None:
    """A total of the order of the fees, so that a cap is reached in some month and in some not at all."""
    dearest = max(entry.price for entry in slow_model.price_list(agreement))
    once_fen = sum(line.amount_fen for line in slow_model.one_time_fees(agreement))
    use_fen = slow_model.fen(dearest * gpu_seconds / HOUR)
    meaning = rng.choice(["estimate", "cap", "cap", "fixed"])
    # Rows that end before they start make the estimate of the use negative in rare seeds; a total never is.
    amount_fen = once_fen + max(use_fen, 0) * rng.randrange(0, 150) // 100 + rng.randrange(100) + 1
    if meaning == "cap" and rng.random() < 0.1:
        amount_fen = once_fen // 2
    agreement["fees"]["total"] = {
        "amount": f"{amount_fen // 100}.{amount_fen % 100:02d} CNY",
        "capitals": random_spelling(rng, capitals(amount_fen)),
        "meaning": meaning,
    }


def random_spelling(rng: random.Random, text: str) -> str:
    """'Reading accepts every form of the same value: without 人民币; 正 and 圆; 整 left out after 角'"""
    if rng.random() < 0.5:
        text = text.removeprefix("人民币")
    if rng.random() < 0.2:
        text = text.replace("元", "圆")
    if text.endswith("角整") and rng.random() < 0.3:
        return text.removesuffix("整")
    if rng.random() < 0.2:
        text = text.replace("整", "正")
    return text


def yaml_of_compute_fee(fee: str | list[dict]) -> str:
    if isinstance(fee, str):
        return " " + fee
    items = []
    for entry in fee:
        fields = ", ".join(f"{name}: {entry[name]}" for name in ("gpu_model", "price", "from") if name in entry)
        items.append(f"\n    - {{ {fields} }}")
    return "".join(items)


def yaml_of(agreement: dict) -> str:
    """The agreement file; what no statement depends on is the same in every one."""
    fees, term, total = agreement["fees"], agreement["term"], agreement["fees"]["total"]
    suspended = f"\n  suspended: {agreement['compute']['suspended']}" if "suspended" in agreement["compute"] else ""
    max_gap = f"\n  max_gap: {agreement['storage']['max_gap']}" if "max_gap" in agreement["storage"] else ""
    storage_fee = f"\n  storage: {fees['storage']}" if "storage" in fees else ""
    storage = f"""storage:
  capacity: 500 TB
  iops: 1000000
  latency: 0.5 ms
  unit: {agreement['storage']['unit']}{max_gap}
""" if "storage" in fees else ""
    return f"""\
agreement: {agreement['agreement']}
signed: {agreement['signed']}
time_zone: {agreement['time_zone']}
currency: CNY
keys:
  algorithm: ed25519

lessor:
  name: 示例算力科技有限公司
  representative: 张三
  address: 福建省福州市鼓楼区示例路1号
  uscc: {agreement['lessor']['uscc']}
lessee:
  name: 示例智能研究有限公司
  representative: 李四
  address: 北京市海淀区示例街2号
  uscc: {agreement['lessee']['uscc']}

compute:
  servers: 40
  gpu_model: {agreement['compute']['gpu_model']}
  gpus_per_server: 8
  performance: 300 PFLOPS
  precision: bf16
  bandwidth: 400 Gbit/s{suspended}
{storage}datasets:
  - name: 示例语料库
    records: 12000000
    format: jsonl
    purpose: llm-pretraining
software:
  framework: {{ name: PyTorch, version: 2.7.1 }}
  libraries:
    - {{ name: CUDA, version: "12.8" }}
    - {{ name: NCCL, version: 2.26.2 }}

term:
  from: {term['from']}
  to: {term['to']}
  months: {term['months']}
  renewal_notice: {min(2, term['months'])} months

fees:
  compute:{yaml_of_compute_fee(fees['compute'])}{storage_fee}
  dataset: {fees['dataset']}
  software: {fees['software']}
  total: {{ amount: {total['amount']}, capitals: {total['capitals']}, meaning: {total['meaning']} }}
payment:
  due_day: 10
  due_month: following
  days_to_pay: 5
  rest_day: next
  order: [costs, penalty, principal]
  account: {{ bank: 示例银行福州分行, name: 示例算力科技有限公司, number: "6222000011112222333" }}
  late_rate: 0.05 %/day
  grace: 3 days

use:
  purposes: [{", ".join(PURPOSES)}]
  forbidden: [unlawful content, infringement of third parties, products that compete with the lessor]
support:
  hours: 24x7
  repair_within: 4 hours
  upgrades: quarterly
  upgrade_notice: 7 days
termination:
  cure: 15 days
  force_majeure: 30 days
  stop_use_within: 7 days
breach:
  late_rate: 0.05 %/day
  overdue_beyond: 30 days
  suspend: no

cluster:
  account: {agreement['cluster']['account']}
"""
