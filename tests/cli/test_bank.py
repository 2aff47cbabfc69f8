"""The lessor's bank: statement files taken in, what posts itself, what waits for a person, and what a person decides.

A test reads as an agreement, what was billed, what the bank says, and the account that follows.  100 GPUs for one
second cost 1.00, the penalty is 0.05 % a day and statements are issued and served on the fourth; September is due on
10 October.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import time

from program import BAD_INPUT, DATA, DONE, LEASE, REFUSED_BY_AGREEMENT, environment, main
from test_billing import BillingCase, noon, yuan

ACCOUNT, LESSEE = "6222000011112222333", "示例智能研究有限公司"
PAYER_ACCOUNT = "1100000000000093"
SECOND = "TL-2017-0902"
HEADER = ("交易日期", "起息日", "贷方发生额", "借方发生额", "对方户名", "对方账号", "摘要", "交易流水号")
COUNTS = ("read", "new", "known", "posted", "reversed", "open", "foreign", "outgoing")


def money_in(amount, text="", *, day="2017-10-09", value=None, payer=LESSEE, account=PAYER_ACCOUNT, ref=""):
    return (day, value or day, amount, "", payer, account, text, ref)


def money_out(amount, text="", *, day="2017-10-09", ref=""):
    return (day, day, "", amount, "某某物业", "2001", text, ref)


def csv_of(*rows, header=HEADER, encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue().encode(encoding)


def entry(amount, *, credit=True, day="2017-10-09", value=None, text="", end_to_end="E-1", ref="B-1", payer=LESSEE,
          account=PAYER_ACCOUNT, returned="", reversal=False):
    """One entry of camt.053.001.08; RETURNED: the reason of a return."""
    party = f"<Pty><Nm>{payer}</Nm></Pty>"
    side, other = ("Dbtr", "DbtrAcct") if credit else ("Cdtr", "CdtrAcct")
    return (f'<Ntry><Amt Ccy="CNY">{amount}</Amt><CdtDbtInd>{"CRDT" if credit else "DBIT"}</CdtDbtInd>'
            + ("<RvslInd>true</RvslInd>" if reversal else "")
            + f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{value or day}</Dt></ValDt>"
            f"<AcctSvcrRef>{ref}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls>"
            f"<Refs><EndToEndId>{end_to_end}</EndToEndId></Refs><RltdPties><{side}>{party}</{side}>"
            f"<{other}><Id><Othr><Id>{account}</Id></Othr></Id></{other}></RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"
            + (f"<RtrInf><Rsn><Cd>{returned}</Cd></Rsn></RtrInf>" if returned else "") + "</TxDtls></NtryDtls></Ntry>")


def camt_of(*entries, account=ACCOUNT):
    return ('<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
            "<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2017-10-20T20:00:00</CreDtTm></GrpHdr><Stmt><Id>S</Id>"
            f"<Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>{''.join(entries)}"
            "</Stmt></BkToCstmrStmt></Document>").encode()


class BankCase(BillingCase):
    def setUp(self):
        super().setUp()
        self.files = 0

    # ---- what happens ----

    def sign_second(self, amount=0, **changes):
        """Another lease of the same lessee, with a statement of September."""
        self.sign_gpus(agreement=SECOND, cluster__account="lab2", **changes)
        if amount:
            start = 1504310400
            self.take_text(f"key,start,end,gpus,account\nsecond,{start},{start + amount},100,lab2\n", name="second.csv",
                           now=noon("2017-09-28"))
        self.issue("2017-09", lease=SECOND)

    def file(self, content, suffix="csv"):
        self.files += 1
        return self.write(f"bank-{self.files}.{suffix}", content)

    def take_file(self, path, *options, on="2017-12-01", code=DONE):
        result = self.expect(code, "bank", "import", path, "--json", *options, now=noon(on))
        return result.json if code == DONE else result

    def bank(self, *rows, account=ACCOUNT, currency="CNY", **how):
        """Rows of a CSV that tells neither our account nor a currency."""
        return self.take_file(self.file(csv_of(*rows)), "--account", account, "--currency", currency, **how)

    def camt(self, *entries, **how):
        return self.take_file(self.file(camt_of(*entries), "xml"), **how)

    def match(self, line, *options, on="2017-12-01", code=DONE, lease=LEASE):
        return self.expect(code, "bank", "match", str(line), "--lease", lease, *options, now=noon(on))

    def dismiss(self, line, *options, code=DONE):
        return self.expect(code, "bank", "dismiss", str(line), *(options or ("--because", "not ours")),
                           now=noon("2017-12-01"))

    # ---- what the program says ----

    def lines(self, *options):
        return self.done("bank", "list", "--json", *options, now=noon("2017-12-01")).json

    def states(self):
        return [line["state"] for line in self.lines("--all")]

    def proposals(self, number=1):
        """Of an open line: the leases proposed, each with its reasons."""
        line, = (line for line in self.lines() if line["number"] == number)
        return {p["lease"]: p["reasons"].split("; ") for p in line["proposals"]}

    def account_of(self, lease, on):
        return self.done("account", lease, "--on", on, "--json").json

    def payments(self, lease=LEASE):
        return [(fact["body"]["amount_fen"], fact["body"]["credited"]) for fact in self.facts(lease)
                if fact["kind"] == "payment"]

    def assert_report(self, report, **expected):
        wanted = dict.fromkeys(COUNTS, 0) | expected
        self.assertEqual({name: report[name] for name in COUNTS}, wanted)

    def assert_sound(self):
        """Every chain verifies, and when all that is derived is made again nothing is told otherwise."""
        before = self.lines("--all")
        for chain in ("house", *(lease["lease"] for lease in self.done("leases", "--json").json)):
            self.done("facts", chain, "--verify")
        self.done("rebuild")
        self.assertEqual(self.lines("--all"), before)


class MatchingTest(BankCase):
    """September of 100.00 is billed and nothing is paid."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def assert_waits(self, report, **expected):
        self.assert_report(report, **{"read": 1, "new": 1, "open": 1, **expected})
        self.assertEqual((report["posted_fen"], self.states()), (0, ["open"]))
        self.assertEqual(self.owed("2017-10-10"), ["1 due principal 100.00"])

    def test_a_full_match_posts_itself(self):
        report = self.bank(money_in("100.00", "TL-2017-0901-1"))
        self.assert_report(report, read=1, new=1, posted=1)
        self.assertEqual(report["posted_fen"], 10000)
        self.assertEqual(self.owed("2017-10-10"), ["1 paid"])
        self.assertEqual((self.states(), self.lines()), (["posted"], []))
        self.assert_sound()

    def test_payer_and_amount_are_enough(self):
        self.assert_report(self.bank(money_in("100.00")), read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-10-10"), ["1 paid"])

    def test_what_was_posted_says_which_line_it_was(self):
        self.bank(money_in("100.00", ref="S1"))
        fact, = (fact for fact in self.facts() if fact["kind"] == "payment")
        line, = self.lines("--all")
        self.assertEqual(fact["body"]["bank_key"], line["key"])
        posted, = (fact for fact in self.facts("house") if fact["kind"] == "bank-posted")
        self.assertEqual(posted["body"], {"amount_fen": 10000, "key": line["key"], "lease": LEASE, "payment": 1})

    def test_the_payers_name_is_no_fact_of_the_lease(self):
        self.bank(money_in("100.00", payer=LESSEE, text="秘密附言"))
        self.assertNotIn("秘密附言", self.done("facts", LEASE, "--json").out)
        self.assertNotIn("秘密附言", self.done("facts", "house", "--json").out)

    def test_penalty_to_the_day_of_credit_is_owed_too(self):
        """Ten days late: 100.00 x 0.05 % x 10."""
        self.assert_waits(self.bank(money_in("100.00", "TL-2017-0901-1", day="2017-10-20", ref="a")))
        self.assertEqual(self.proposals()[LEASE], ["the reference names its statement", "the payer is the lessee",
                                                   "the amount is less than owed"])
        self.assertEqual(self.lines()[0]["proposals"][0], {"lease": LEASE, "statements": [1], "owed_fen": 10050,
                                                           "reasons": "; ".join(self.proposals()[LEASE])})
        self.assert_report(self.bank(money_in("100.50", "TL-2017-0901-1", day="2017-10-20", ref="b")), read=1, new=1,
                           posted=1)
        self.assertEqual(self.owed("2017-10-20"), ["1 paid"])

    def test_too_little_is_proposed_and_not_posted(self):
        self.assert_waits(self.bank(money_in("60.00", "TL-2017-0901-1")))
        self.assertIn("the amount is less than owed", self.proposals()[LEASE])

    def test_too_much_is_credit_when_a_person_says_so(self):
        self.assert_waits(self.bank(money_in("130.00", "TL-2017-0901-1")))
        self.assertIn("the amount is more than owed", self.proposals()[LEASE])
        self.match(1)
        self.assertEqual((self.owed("2017-10-10"), self.credit("2017-10-10")), (["1 paid"], "30.00"))

    def test_an_unknown_payer(self):
        self.assert_waits(self.bank(money_in("100.00", "rent", payer="某某有限公司", account="99")))
        line, = self.lines()
        self.assertEqual((line["proposals"], line["reason"]), ([], "unknown payer"))
        self.assertIn("unknown payer", self.done("bank", "list").out)
        self.assertIn("未知付款人", self.done("bank", "list", "--lang", "zh").out)

    def test_an_unknown_payer_who_names_the_statement(self):
        self.assert_waits(self.bank(money_in("100.00", "TL-2017-0901-1", payer="某某有限公司", account="99")))
        self.assertEqual(self.proposals()[LEASE], ["the reference names its statement", "the amount is what is owed"])

    def test_an_account_that_paid_before(self):
        """A person said once whose it is; the same account's next transfer needs no name."""
        self.bank(money_in("100.00", payer="母公司", account="99"))
        self.match(1)
        self.issue_all(50, first="2017-10")
        self.assert_report(self.bank(money_in("50.00", day="2017-11-09", payer="母公司", account="99", ref="2")),
                           read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-11-10"), ["1 paid", "2 paid"])

    def test_the_lessees_name_in_full_width_brackets_and_with_spaces(self):
        self.journal = self.folder / "brackets.db"
        self.sign_gpus(lessee__name="示例智能（北京）有限公司")
        self.issue_all(100)
        self.assert_report(self.bank(money_in("60.00", payer="示例智能 (上海) 有限公司", account="7")), read=1, new=1, open=1)
        self.assertEqual(self.lines()[0]["proposals"], [])
        self.assert_report(self.bank(money_in("100.00", payer=" 示例智能 (北京)\u3000有限公司 ", account="7", ref="2")),
                           read=1, new=1, posted=1)

    def test_money_to_another_account_than_agreed(self):
        self.assert_waits(self.bank(money_in("100.00", "TL-2017-0901-1"), account="6222000099999999999"))
        self.assertIn("it came to another account than agreed", self.proposals()[LEASE])
        self.match(1)
        self.assertEqual(self.owed("2017-10-10"), ["1 paid"])

    def test_the_agreement_prints_its_account_in_groups(self):
        self.journal = self.folder / "groups.db"
        self.sign_gpus(payment__account__number="6222 0000 1111 2222 333")
        self.issue_all(100)
        self.assert_report(self.bank(money_in("100.00")), read=1, new=1, posted=1)

    def test_the_same_amount_with_another_reference(self):
        """A reference binds: the second lease is named, so the first is not paid though its amount fits."""
        self.sign_second(70)
        self.assert_waits(self.bank(money_in("100.00", SECOND)))
        self.assertEqual(self.proposals()[SECOND], ["the reference names the lease", "the payer is the lessee",
                                                    "the amount is more than owed"])

    def test_the_reference_of_another_lessees_lease(self):
        self.sign_second(100, lessee__name="别的有限公司")
        self.assert_waits(self.bank(money_in("100.00", f"{SECOND}-1")))
        self.assertEqual(set(self.proposals()), {LEASE, SECOND})

    def test_a_reference_that_could_be_two_leases(self):
        """A lease whose number reads as a statement of the other."""
        self.sign_gpus(agreement=f"{LEASE}-1", cluster__account="lab3")
        self.assert_waits(self.bank(money_in("100.00", "TL-2017-0901-1")))

    def test_a_number_that_only_begins_like_the_lease(self):
        for text in ("TL-2017-09011", "XTL-2017-0901-1x"):
            self.assert_report(self.bank(money_in("1.00", text, payer="谁", account="8", ref=text)), read=1, new=1,
                               open=1)
            self.assertEqual(self.lines()[-1]["proposals"], [], text)

    def test_a_statement_that_was_paid_is_not_paid_twice(self):
        self.assert_report(self.bank(money_in("100.00", "TL-2017-0901-1", ref="a"),
                                     money_in("100.00", "TL-2017-0901-1", ref="b")),
                           read=2, new=2, posted=1, open=1)
        self.assertEqual(self.states(), ["posted", "open"])
        self.assertEqual((self.owed("2017-10-10"), self.credit("2017-10-10")), (["1 paid"], "0.00"))

    def test_two_transfers_alike_in_everything_are_two(self):
        """The bank gives no serial number; the second pays nothing, but it came."""
        self.assert_report(self.bank(money_in("100.00"), money_in("100.00")), read=2, new=2, posted=1, open=1)

    def test_what_went_out_is_no_payment(self):
        self.assert_report(self.bank(money_out("100.00", "TL-2017-0901-1")), read=1, new=1, outgoing=1)
        self.assertEqual((self.states(), self.lines()), (["outgoing"], []))
        self.assert_refused(self.match(1, code=REFUSED_BY_AGREEMENT), "--reverse")


class SeveralTest(BankCase):
    """One transfer for two statements, two for one, and one lessee with two leases."""

    def test_one_transfer_for_two_statements_that_it_names(self):
        """40.00 due on 10 October with 31 days of penalty, 0.62, and 30.00 due on 10 November."""
        self.sign_gpus()
        self.issue_all(40, 30, 20)
        report = self.bank(money_in("70.62", "TL-2017-0901-1, TL-2017-0901-2", day="2017-11-10"), on="2017-12-05")
        self.assert_report(report, read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-12-04"), ["1 paid", "2 paid", "3 issued principal 20.00"])

    def test_one_transfer_for_all_that_is_owed(self):
        self.sign_gpus()
        self.issue_all(40, 30)
        self.assert_report(self.bank(money_in("70.62", day="2017-11-10")), read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-11-10"), ["1 paid", "2 paid"])

    def test_the_earliest_of_several(self):
        self.sign_gpus()
        self.issue_all(40, 30)
        self.assert_report(self.bank(money_in("40.62", day="2017-11-10")), read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-11-10"), ["1 paid", "2 due principal 30.00"])

    def test_the_later_one_alone_needs_its_name(self):
        self.sign_gpus()
        self.issue_all(40, 30)
        self.assert_report(self.bank(money_in("30.00", day="2017-11-10", ref="a")), read=1, new=1, open=1)
        self.assert_report(self.bank(money_in("30.00", "TL-2017-0901-2", day="2017-11-10", ref="b")), read=1, new=1,
                           posted=1)
        self.assertEqual(self.owed("2017-11-10"), ["1 overdue principal 40.00 penalty 0.62", "2 paid"])

    def test_two_transfers_for_one_statement(self):
        """The first is less than owed and waits; matched, the second is the rest and posts itself."""
        self.sign_gpus()
        self.issue_all(100)
        self.bank(money_in("60.00", "TL-2017-0901-1", ref="a"))
        self.match(1)
        self.assert_report(self.bank(money_in("40.00", "TL-2017-0901-1", ref="b")), read=1, new=1, posted=1)
        self.assertEqual((self.owed("2017-10-10"), self.payments()),
                         (["1 paid"], [(6000, "2017-10-09"), (4000, "2017-10-09")]))

    def test_two_leases_of_the_lessee(self):
        """70.00 is what one of them owes, 100.00 the other; 170.00 and 35.00 are nobody's without a word."""
        self.sign_gpus()
        self.issue_all(100)
        self.sign_second(70)
        report = self.bank(money_in("170.00", ref="a"), money_in("35.00", ref="b"), money_in("70.00", ref="c"))
        self.assert_report(report, read=3, new=3, posted=1, open=2)
        self.assertEqual(self.states(), ["open", "open", "posted"])
        self.assertEqual(self.owed("2017-10-10"), ["1 due principal 100.00"])
        self.assertEqual(self.account_of(SECOND, "2017-10-10")["balance_fen"], 0)
        self.assertEqual(set(self.proposals(1)), {LEASE, SECOND})

    def test_two_leases_that_owe_the_same(self):
        self.sign_gpus()
        self.issue_all(100)
        self.sign_second(100)
        self.assert_report(self.bank(money_in("100.00", ref="a")), read=1, new=1, open=1)
        self.assert_report(self.bank(money_in("100.00", f"for {SECOND}", ref="b")), read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-10-10"), ["1 due principal 100.00"])
        self.assertEqual(self.account_of(SECOND, "2017-10-10")["balance_fen"], 0)

    def test_one_transfer_that_names_both_leases_is_divided_by_a_person(self):
        self.sign_gpus()
        self.issue_all(100)
        self.sign_second(70)
        self.assert_report(self.bank(money_in("170.00", f"{LEASE}-1 {SECOND}-1")), read=1, new=1, open=1)
        self.match(1, "--amount", "100.00")
        self.assertEqual(self.lines()[0]["rest_fen"], 7000)
        self.match(1, lease=SECOND)
        self.assertEqual(self.states(), ["posted"])
        self.assertEqual([self.account_of(lease, "2017-10-10")["balance_fen"] for lease in (LEASE, SECOND)], [0, 0])
        self.assert_sound()


class DayTest(BankCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def test_the_value_date_counts(self):
        """Booked on 12 October, credited as of the 10th: in time."""
        self.assert_report(self.bank(money_in("100.00", day="2017-10-12", value="2017-10-10")), read=1, new=1, posted=1)
        self.assertEqual((self.owed("2017-12-01"), self.payments()), (["1 paid"], [(10000, "2017-10-10")]))

    def test_the_booking_date_where_there_is_no_other(self):
        self.assert_report(self.bank(("2017-10-09", "", "100.00", "", LESSEE, PAYER_ACCOUNT, "", "")), read=1, new=1,
                           posted=1)
        self.assertEqual(self.payments(), [(10000, "2017-10-09")])

    def test_neither_import_nor_matching_moves_it(self):
        self.bank(money_in("60.00", "TL-2017-0901-1"), on="2017-11-20")
        self.match(1, on="2017-12-01")
        # 40.00 from 11 October on: 10 days x 0.02
        self.assertEqual(self.owed("2017-10-20"), ["1 overdue principal 40.00 penalty 0.20"])

    def test_a_day_to_come(self):
        self.assert_report(self.bank(money_in("100.00", "TL-2017-0901-1", day="2017-10-09", value="2017-10-10"),
                                     on="2017-10-09"),
                           read=1, new=1, open=1)
        self.assert_refused(self.match(1, on="2017-10-09", code=BAD_INPUT), "2017-10-10")
        self.assertEqual(self.payments(), [])
        self.match(1, on="2017-10-10")
        self.assertEqual(self.owed("2017-10-10"), ["1 paid"])

    def test_a_day_is_one_of_the_agreements_zone(self):
        """At 17:00 UTC on the 9th it is the 10th in Shanghai."""
        self.journal = self.folder / "shanghai.db"
        self.sign_gpus(time_zone="Asia/Shanghai")
        path = self.file(csv_of(money_in("100.00", day="2017-10-10")))
        options = ("--account", ACCOUNT, "--currency", "CNY", "--json")
        self.assert_report(self.done("bank", "import", path, *options, now="2017-10-09T17:00:00Z").json, read=1, new=1,
                           open=1)
        self.done("bank", "match", "1", "--lease", LEASE, now="2017-10-09T16:00:00Z")


class CurrencyTest(BankCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def test_a_currency_of_no_lease(self):
        self.assert_report(self.bank(money_in("100.00", "TL-2017-0901-1"), currency="EUR"), read=1, new=1, foreign=1)
        line, = self.lines()
        self.assertEqual((line["currency"], self.owed("2017-10-10")), ("EUR", ["1 due principal 100.00"]))
        self.assertEqual(self.proposals()[LEASE][-1], "the lease is paid in another currency")
        self.assert_refused(self.match(1, code=REFUSED_BY_AGREEMENT), "CNY", "EUR")
        self.assertEqual(self.payments(), [])

    def test_of_a_stranger(self):
        self.bank(money_in("100.00", payer="谁", account="5"), currency="EUR")
        self.assertEqual(self.lines()[0]["reason"], "no lease is paid in EUR")

    def test_another_lease_is_paid_in_it(self):
        """The amount looks right, and is of another money."""
        self.sign_gpus(agreement="TL-EUR", currency="EUR", cluster__account="euro", fees__compute="36.00 EUR/GPU-hour",
                       fees__total={"amount": "100.00 EUR", "capitals": "壹佰元整", "meaning": "estimate"},
                       lessee__name="别人")
        self.assert_report(self.bank(money_in("100.00", "TL-2017-0901-1"), currency="EUR"), read=1, new=1, open=1)
        self.assertEqual(self.proposals()[LEASE], ["the reference names its statement", "the payer is the lessee",
                                                   "the lease is paid in another currency"])


class AgainTest(BankCase):
    """The same transfers told more than once."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def test_the_same_file_twice(self):
        rows = (money_in("100.00", ref="a"), money_in("7.00", payer="谁", account="5", ref="b"),
                money_out("3.00", ref="c"))
        self.assert_report(self.bank(*rows), read=3, new=3, posted=1, open=1, outgoing=1)
        heads = self.heads()
        self.assert_report(self.bank(*rows), read=3, known=3)
        self.assertEqual(self.heads(), heads)

    def test_overlapping_files(self):
        self.bank(money_in("1.00", ref="a"), money_in("2.00", ref="b"))
        self.assert_report(self.bank(money_in("2.00", ref="b"), money_in("3.00", ref="c")), read=2, known=1, new=1,
                           open=1)
        self.assertEqual([line["amount_fen"] for line in self.lines()], [100, 200, 300])

    def test_overlapping_files_without_serial_numbers(self):
        """Alike in everything, so counted: two on the first file, the same two and another on the second."""
        self.bank(money_in("1.00"), money_in("1.00"))
        self.assert_report(self.bank(money_in("1.00"), money_in("1.00"), money_in("1.00")), read=3, known=2, new=1,
                           open=1)

    def test_what_was_decided_stays_decided(self):
        rows = money_in("60.00", ref="a"), money_in("7.00", ref="b")
        self.bank(*rows)
        self.match(1)
        self.dismiss(2)
        self.assert_report(self.bank(*rows), read=2, known=2)
        self.assertEqual(self.states(), ["posted", "dismissed"])

    def test_ten_thousand_lines(self):
        rows = [money_in(f"{n}.00", payer="谁", account="5", ref=f"r{n}") for n in range(1, 10001)]
        self.assert_report(self.bank(*rows, money_in("100.00", ref="it")), read=10001, new=10001, posted=1, open=10000)
        self.assert_report(self.bank(*rows), read=10000, known=10000)
        imported = [fact for fact in self.facts("house") if fact["kind"] == "bank-imported"]
        self.assertEqual(len(imported), 3)


class ReturnTest(BankCase):
    """A transfer that came back never happened."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def back(self, amount="100.00", **how):
        """Money that went back on 20 October."""
        return entry(amount, credit=False, **{"day": "2017-10-20", "ref": "B-2", "returned": "AC04", **how})

    def test_it_reverses_the_payment(self):
        self.assert_report(self.camt(entry("100.00", text="TL-2017-0901-1")), read=1, new=1, posted=1)
        self.assertEqual(self.owed("2017-10-19"), ["1 paid"])
        self.assert_report(self.camt(self.back()), read=1, new=1, reversed=1)
        # as if it never happened: ten days of penalty
        self.assertEqual(self.owed("2017-10-20"), ["1 overdue principal 100.00 penalty 0.50"])
        self.assertEqual(self.states(), ["posted", "posted"])
        reversed_fact, = (fact for fact in self.facts() if fact["kind"] == "payment-reversed")
        self.assertEqual((reversed_fact["body"]["payment"], reversed_fact["body"]["because"]), (1, "AC04"))
        self.assert_sound()

    def test_in_one_file(self):
        self.assert_report(self.camt(entry("100.00"), self.back()), read=2, new=2, posted=1, reversed=1)
        self.assertEqual(self.owed("2017-10-20"), ["1 overdue principal 100.00 penalty 0.50"])

    def test_the_statement_can_be_paid_again(self):
        self.camt(entry("100.00"), self.back(), entry("100.50", day="2017-10-20", end_to_end="E-2", ref="B-3"))
        self.assertEqual((self.owed("2017-10-20"), self.states()), (["1 paid"], ["posted"] * 3))

    def test_told_twice_it_reverses_once(self):
        self.camt(entry("100.00"))
        self.camt(self.back())
        self.assert_report(self.camt(self.back()), read=1, known=1)
        self.assert_report(self.camt(self.back(ref="B-9")), read=1, new=1, open=1)

    def test_a_reversal_by_the_bank(self):
        self.camt(entry("100.00"))
        self.assert_report(self.camt(entry("100.00", credit=False, day="2017-10-20", ref="B-2", reversal=True)),
                           read=1, new=1, reversed=1)

    def test_a_return_that_fits_two_payments_stays_open(self):
        """Both were sent under one reference, and one of them came back."""
        self.camt(entry("50.00"), entry("50.00", ref="B-1b"))
        self.match(1)
        self.match(2)
        self.assert_report(self.camt(self.back("50.00")), read=1, new=1, open=1)
        self.assertEqual(self.owed("2017-10-20"), ["1 paid"])
        reason, = (line["reason"] for line in self.done("bank", "list", "--json", now=noon("2017-12-01")).json)
        self.assertEqual([f"payment {n}" in reason for n in (1, 2)], [True, True])
        self.match(3, "--reverse", "2", "--because", "the bank says the second")
        # 50.00 from 11 to 20 October
        self.assertEqual((self.owed("2017-10-20"), self.states()),
                         (["1 overdue principal 50.00 penalty 0.25"], ["posted"] * 3))

    def test_another_amount_or_reference_is_not_its_return(self):
        self.camt(entry("100.00"))
        for back in (self.back("99.00"), self.back(end_to_end="E-7", ref="B-3"),
                     self.back(end_to_end="NOTPROVIDED", ref="B-4")):
            self.assert_report(self.camt(back), read=1, new=1, open=1)
        self.assertEqual(self.owed("2017-10-20"), ["1 paid"])

    def test_a_transfer_of_ours_that_came_back_reverses_nothing(self):
        """We sent 100.00 under a reference that happens to be the payer's too."""
        self.camt(entry("100.00"))
        self.assert_report(self.camt(entry("100.00", ref="B-5", returned="AC04")), read=1, new=1, open=1)
        self.match(2, "--reverse", "1", "--because", "x", code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.owed("2017-10-20"), ["1 paid"])

    def test_what_a_person_reversed_before(self):
        self.camt(entry("100.00"))
        self.reverse(1, "2017-10-21")
        self.assert_report(self.camt(self.back()), read=1, new=1, open=1)
        self.match(2, "--reverse", "1", "--because", "x", code=REFUSED_BY_AGREEMENT)
        self.dismiss(2)

    def test_by_hand_it_is_the_whole_payment(self):
        self.camt(entry("100.00"), self.back("40.00"))
        self.assert_refused(self.match(2, "--reverse", "1", "--because", "x", code=REFUSED_BY_AGREEMENT), "100.00",
                            "40.00")
        self.assert_refused(self.match(2, "--reverse", "7", "--because", "x", code=BAD_INPUT), "7")
        self.match(2, "--reverse", "1", code=BAD_INPUT)
        self.match(2, code=REFUSED_BY_AGREEMENT)

    def test_what_came_in_is_no_return(self):
        self.camt(entry("100.00"), entry("100.00", end_to_end="E-2", ref="B-2"))
        self.match(2, "--reverse", "1", "--because", "x", code=REFUSED_BY_AGREEMENT)


class HostileMatchTest(BankCase):
    """What must never post itself, though something speaks for it."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def test_money_recorded_by_hand_with_a_later_day(self):
        self.done("payment", "record", LEASE, "--amount", "100.00", "--on", "2017-10-10", now=noon("2017-12-01"))
        self.bank(money_in("100.00", LEASE, day="2017-10-09"))
        self.assertEqual(self.states(), ["open"])

    def test_a_statement_that_there_is_not_yet(self):
        self.bank(money_in("100.00", f"{LEASE}-2", day="2017-10-09"))
        self.assertEqual(self.states(), ["open"])

    def test_an_account_whose_match_was_taken_back(self):
        self.bank(money_in("10.00", "?", day="2017-10-09", payer="谁", account="5"))
        self.match(1)
        self.done("payment", "reverse", LEASE, 1, "--because", "wrong lease", now=noon("2017-12-02"))
        self.bank(money_in("100.00", "?", day="2017-10-09", payer="谁", account="5"))
        self.assertEqual(self.states(), ["open", "open"])


class DecisionTest(BankCase):
    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100, 30)
        self.bank(money_in("60.00", "?", day="2017-10-09", payer="谁", account="5"))

    def test_matched_to_the_earliest(self):
        self.match(1)
        self.assertEqual(self.owed("2017-10-09"), ["1 part-paid principal 40.00"])

    def test_matched_to_the_statement_said(self):
        self.bank(money_in("35.00", day="2017-11-05", payer="谁", account="5"))
        self.match(2, "--statement", "TL-2017-0901-2", "--amount", "30.00")
        self.assertEqual(self.owed("2017-11-05"), ["1 overdue principal 100.00 penalty 1.30", "2 paid"])
        self.match(2, "--statement", "1")
        # 26 days' penalty of 1.30 first, then principal
        self.assertEqual(self.owed("2017-11-05"), ["1 overdue principal 96.30", "2 paid"])

    def test_in_parts(self):
        self.match(1, "--amount", "10.00")
        self.match(1, "--amount", "20.00")
        self.assertEqual((self.states(), self.lines()[0]["rest_fen"]), (["open"], 3000))
        self.assert_refused(self.match(1, "--amount", "30.01", code=REFUSED_BY_AGREEMENT), "30.00")
        self.match(1)
        self.assertEqual((self.states(), [fen for fen, _ in self.payments()]), (["posted"], [1000, 2000, 3000]))
        self.assertEqual(self.owed("2017-10-09"), ["1 part-paid principal 40.00"])
        self.assert_sound()

    def test_matched_twice(self):
        self.match(1)
        heads = self.heads()
        self.assert_refused(self.match(1, code=REFUSED_BY_AGREEMENT), "1")
        self.dismiss(1, code=REFUSED_BY_AGREEMENT)
        self.assertEqual(self.heads(), heads)

    def test_dismissed(self):
        self.dismiss(1, "--because", "a gift")
        self.assertEqual((self.lines(), self.states()), ([], ["dismissed"]))
        self.dismiss(1, code=REFUSED_BY_AGREEMENT)
        fact, = (fact for fact in self.facts("house") if fact["kind"] == "bank-dismissed")
        self.assertEqual(fact["body"]["because"], "a gift")
        self.assertEqual(self.payments(), [])

    def test_a_dismissal_can_be_mended(self):
        self.dismiss(1, "--because", "not ours")
        self.match(1)
        self.assertEqual((len(self.payments()), self.states()), (1, ["posted"]))

    def test_a_match_that_was_reversed_is_to_be_decided_again(self):
        self.match(1)
        self.done("payment", "reverse", LEASE, 1, "--because", "wrong lease", now=noon("2017-12-02"))
        self.assertEqual(self.states(), ["open"])
        self.match(1)
        self.assertEqual(self.states(), ["posted"])

    def test_the_rest_of_a_line_dismissed(self):
        self.match(1, "--amount", "10.00")
        self.dismiss(1)
        self.assertEqual((self.states(), self.payments()), (["dismissed"], [(1000, "2017-10-09")]))

    def test_refusals(self):
        heads = self.heads()
        for line in ("0", "2", "-1", "x", "", "99999999999999999999"):
            self.expect(BAD_INPUT, "bank", "match", line, "--lease", LEASE)
            self.expect(BAD_INPUT, "bank", "dismiss", line, "--because", "x")
        self.expect(BAD_INPUT, "bank", "match", "1")
        self.expect(BAD_INPUT, "bank", "dismiss", "1")
        self.expect(BAD_INPUT, "bank", "dismiss", "1", "--because", "")
        self.match(1, lease="TL-9", code=BAD_INPUT)
        for amount in ("0", "-5", "1.001", "x", ""):
            self.match(1, "--amount", amount, code=BAD_INPUT)
        for statement in ("3", "0", "x", ",1", ",".join("1" * 17), "TL-2017-0902-1", "-1"):
            self.match(1, "--statement", statement, code=BAD_INPUT)
        for words in (("bank",), ("bank", "import"), ("bank", "look"), ("bank", "list", "1"), ("bank", "match")):
            self.expect(BAD_INPUT, *words)
        self.assertEqual(self.heads(), heads)

    def test_lists_in_both_languages(self):
        self.bank(money_in("50.00", f"{LEASE}-1", ref="b"))
        english, chinese = (self.done("bank", "list", "--lang", language).out for language in ("en", "zh"))
        for words in ("60.00", "unknown payer", LESSEE, "the reference names its statement; the payer is the lessee; "
                      "the amount is less than owed"):
            self.assertIn(words, english)
        for words in ("60.00", "未知付款人", "附言写明其结算单；付款人即承租方；金额少于应付"):
            self.assertIn(words, chinese)
        self.dismiss(1)
        self.dismiss(2)
        self.assertIn("nothing is to be decided", self.done("bank", "list").out)

    def test_a_report_in_words(self):
        path = self.file(csv_of(money_in("5.00")))
        english = self.done("bank", "import", path, "--account", ACCOUNT, "--currency", "CNY").out
        self.assertRegex(english, r"(?m)^ +1  lines read$")
        chinese = self.done("bank", "import", path, "--account", ACCOUNT, "--currency", "CNY", "--lang", "zh").out
        self.assertRegex(chinese, r"(?m)^ +1  此前已有$")


class FileTest(BankCase):
    """Files as banks make them, and damaged ones."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def test_a_damaged_file_leaves_nothing(self):
        whole = camt_of(entry("100.00"), entry("5.00", ref="B-2"))
        good = csv_of(money_in("100.00"), money_in("5.00", ref="2"))
        heads = self.heads()
        for name, content in {"cut xml": whole[:-40], "no amount": csv_of(money_in("100.00"), money_in("")),
                              "a bad day": csv_of(money_in("100.00"), money_in("5.00", day="2017-13-01")), "empty": b"",
                              "a bad amount": csv_of(money_in("100.00"), money_in("5,0,0.0x")),
                              "zeros": b"\0" * 1000, "no header": b"a,b\n1,2\n", "an open quotation": good + b'"2017',
                              "bad bytes": good + b"\xff\xff\xff\n", "another xml": b"<a/>",
                              "document type": whole.replace(b"?><", b'?><!DOCTYPE a [<!ENTITY b "c">]><', 1)}.items():
            with self.subTest(name):
                refused = self.take_file(self.file(content), "--account", ACCOUNT, "--currency", "CNY", code=BAD_INPUT)
                self.assertIn("nothing of the file was kept", refused.err)
                self.assertEqual((refused.out, self.heads(), self.lines("--all")), ("", heads, []))

    def test_a_line_and_its_number_are_named(self):
        path = self.file(csv_of(money_in("1.00"), money_in("2.00", day="later")))
        refused = self.take_file(path, "--account", ACCOUNT, "--currency", "CNY", code=BAD_INPUT)
        self.assert_refused(refused, "bank-1.csv:3", "later")

    def test_a_file_that_is_not_there_or_cannot_be_read(self):
        self.expect(BAD_INPUT, "bank", "import", self.folder / "none.csv")
        self.expect(BAD_INPUT, "bank", "import", self.folder)

    def test_an_account_and_currency_that_the_file_does_not_tell(self):
        path = self.file(csv_of(money_in("100.00")))
        self.assert_refused(self.take_file(path, code=BAD_INPUT), "--currency")
        self.assert_refused(self.take_file(path, "--currency", "CNY", code=BAD_INPUT), "--account")
        self.take_file(path, "--currency", "CNY", "--account", ACCOUNT)

    def test_columns_are_kept_under_the_banks_name(self):
        header = ("Tag", "Betrag", "Wer", "Wofür")
        first = self.file(csv_of(("2017-10-09", "100.00", LESSEE, "TL-2017-0901-1"), ("2017-10-09", "-5.00", "x", ""),
                                 header=header))
        second = self.file(csv_of(("2017-10-10", "7.00", "y", ""), ("2017-10-10", "-6.00", "x", ""), header=header))
        columns = ("--columns", "date=Tag,amount=Betrag,payer_name=Wer,text=Wofür", "--account", ACCOUNT, "--currency",
                   "CNY")
        self.take_file(second, code=BAD_INPUT)
        self.take_file(second, "--bank", "hausbank", code=BAD_INPUT)
        self.assert_report(self.take_file(first, "--bank", "hausbank", *columns), read=2, new=2, posted=1, outgoing=1)
        self.assert_report(self.take_file(second, "--bank", "hausbank"), read=2, new=2, open=1, outgoing=1)
        self.take_file(second, "--bank", "sparkasse", code=BAD_INPUT)
        forms = [fact["body"] for fact in self.facts("house") if fact["kind"] == "bank-form"]
        self.assertEqual([form["bank"] for form in forms], ["hausbank"])
        self.assertEqual(self.owed("2017-10-10"), ["1 paid"])
        self.assert_sound()

    def test_columns_said_anew_are_kept(self):
        row = ("2017-10-09", "1.00", "2.00")
        header = ("Tag", "A", "B")
        path = self.file(csv_of(row, header=header))
        for column in "AB":
            self.take_file(path, "--bank", "b", "--columns", f"date=Tag,credit={column}", "--account", ACCOUNT,
                           "--currency", "CNY")
        self.assert_report(self.take_file(path, "--bank", "b"), read=1, known=1)
        self.assertEqual([line["amount_fen"] for line in self.lines("--all")], [100, 200])

    def test_columns_that_are_not_there(self):
        path = self.file(csv_of(money_in("100.00")))
        for columns in ("credit=nowhere", "nonsense=摘要", "credit", "=", "credit=贷方发生额,credit=借方发生额"):
            self.take_file(path, "--columns", columns, "--account", ACCOUNT, "--currency", "CNY", code=BAD_INPUT)

    def test_gbk(self):
        path = self.file(csv_of(money_in("100.00", "结算单TL-2017-0901-1，谢谢"), encoding="gbk"))
        self.assert_report(self.take_file(path, "--account", ACCOUNT, "--currency", "CNY"), read=1, new=1, posted=1)
        line, = self.lines("--all")
        self.assertEqual((line["payer"], line["text"]), (LESSEE, "结算单TL-2017-0901-1，谢谢"))

    def test_what_chinese_banks_export(self):
        """Each file of tests/data/bank: rows, of them money in; the currency where the file does not tell it."""
        for name, rows, incoming, options in (("icbc.csv", 5, 3, ("--currency", "CNY")), ("ccb.csv", 2, 1, ()),
                                              ("abc.csv", 3, 2, ()), ("cmb.csv", 2, 1, ()), ("boc.txt", 3, 1, ())):
            with self.subTest(name):
                self.journal = self.folder / f"{name}.db"
                self.sign_gpus()
                report = self.take_file(DATA / "bank" / name, *options)
                self.assertEqual((report["read"], report["new"], report["posted"]), (rows, rows, 0))
                self.assertEqual(report["open"] + report["foreign"] + report["outgoing"], rows)
                self.assertEqual(report["open"] + report["foreign"], incoming)
                self.assertEqual(self.take_file(DATA / "bank" / name, *options)["known"], rows)
                self.assert_sound()

    def test_every_version_of_camt(self):
        for version, foreign, outgoing, open_lines in (("01", 1, 0, 0), ("02", 1, 1, 1), ("04", 3, 0, 0),
                                                       ("08", 1, 0, 1)):
            with self.subTest(version):
                self.journal = self.folder / f"{version}.db"
                self.sign_gpus()
                path = DATA / "bank" / f"camt.053.001.{version}.xml"
                report = self.take_file(path)
                rows = foreign + outgoing + open_lines
                self.assert_report(report, read=rows, new=rows, foreign=foreign, outgoing=outgoing, open=open_lines)
                self.assertEqual(self.take_file(path)["known"], report["read"])
                self.assert_sound()

    def test_a_bank_statement_that_pays_in_every_version(self):
        """The layout of each version around one transfer that is what the lease owes."""
        for version in ("02", "04", "06", "08", "13"):
            with self.subTest(version):
                self.journal = self.folder / f"pays-{version}.db"
                self.sign_gpus()
                self.issue_all(100)
                content = camt_of(entry("100.00", text="TL-2017-0901-1"))
                content = content.replace(b"camt.053.001.08", f"camt.053.001.{version}".encode())
                if version < "08":
                    content = content.replace(b"<Pty>", b"").replace(b"</Pty>", b"")
                    content = content.replace(b"<Sts><Cd>BOOK</Cd></Sts>", b"<Sts>BOOK</Sts>")
                self.assert_report(self.take_file(self.file(content, "xml")), read=1, new=1, posted=1)

    def test_before_the_lease_was_signed(self):
        """Known before its lease, a line waits; the lease signed, a person matches it and it is held as credit."""
        self.bank(money_in("100.00", f"for {SECOND}", payer="谁", account="5"))
        self.assertEqual(self.lines()[0]["reason"], "unknown payer")
        self.sign_gpus(agreement=SECOND, cluster__account="lab2")
        self.match(1, lease=SECOND)
        self.assertEqual(self.account_of(SECOND, "2017-10-10")["credit_fen"], 10000)

    def test_without_a_journal(self):
        self.journal = self.folder / "empty.db"
        self.take_file(self.file(csv_of(money_in("1.00"))), "--account", ACCOUNT, "--currency", "CNY", code=BAD_INPUT)
        self.expect(BAD_INPUT, "bank", "list")
        self.assertFalse(self.journal.exists())


class ProcessTest(BankCase):
    """Several at once, and one that dies."""

    def setUp(self):
        super().setUp()
        self.sign_gpus()
        self.issue_all(100)

    def start(self, path):
        words = self.command("bank", "import", path, "--account", ACCOUNT, "--currency", "CNY", "--json",
                             now=noon("2017-12-01"))
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                cwd=self.folder, env=environment())

    def test_the_same_file_in_several_processes_at_once(self):
        rows = [money_in(f"{n}.00", payer="谁", account="5", ref=f"r{n}") for n in range(1, 301)]
        path = self.file(csv_of(*rows, money_in("100.00", ref="it")))
        running = [self.start(path) for _ in range(4)]
        reports = [json.loads(process.communicate()[0]) for process in running]
        self.assertEqual([process.returncode for process in running], [DONE] * 4)
        self.assertEqual(sorted(report["new"] for report in reports), [0, 0, 0, 301])
        self.assertEqual((sum(report["posted"] for report in reports), self.payments()), (1, [(10000, "2017-10-09")]))
        self.assert_sound()

    def test_killed_at_any_moment_nothing_is_half_there(self):
        """Either the whole file is there with its payment, or nothing of it."""
        path = self.file(csv_of(*(money_in("1.00", payer="谁", account="5", ref=f"r{n}") for n in range(500)),
                                money_in("100.00", ref="it")))
        process = self.start(path)
        began = time.monotonic()
        process.communicate()
        whole_seconds = time.monotonic() - began
        whole = self.lines("--all"), self.payments()
        killed = 0
        for attempt in range(12):
            self.journal = self.folder / f"killed-{attempt}.db"
            self.sign_gpus()
            self.issue_all(100)
            before = self.heads()
            process = self.start(path)
            time.sleep(whole_seconds * attempt / 10)
            process.kill()
            process.communicate()
            killed += process.returncode != 0
            if self.heads() == before:
                self.assertEqual((self.lines("--all"), self.payments()), ([], []))
            else:
                self.assertEqual((self.lines("--all"), self.payments()), whole)
            for chain in ("house", LEASE):
                self.done("facts", chain, "--verify")
            process = self.start(path)
            process.communicate()
            self.assertEqual((process.returncode, self.lines("--all"), self.payments()), (DONE, *whole))
        self.assertGreater(killed, 0)


if __name__ == "__main__":
    main()
