"""libtrainlease through its example: it checks a chain that the program wrote, and says where a changed one breaks."""
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LEASE = "TL-2017-0901"
BINARY = VERIFY_CHAIN = None


class Library(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.journal = os.path.join(self.folder.name, "journal.db")
        usage = os.path.join(self.folder.name, "usage.csv")
        with open(usage, "w", encoding="utf-8") as file:
            file.write("key,account,start,end,gpus\na,6c71a0,1504300000,1504303600,8\nb,6c71a0,1504300000,1504300001,0.5\n")
        self.program("sign", os.path.join(ROOT, "examples", "agreement.yaml"))
        self.program("import", usage)

    def tearDown(self):
        self.folder.cleanup()

    def program(self, *words):
        return subprocess.run([BINARY, "--journal", self.journal, *words], capture_output=True, text=True, check=True).stdout

    def verify(self):
        return subprocess.run([VERIFY_CHAIN, self.journal, LEASE], capture_output=True, text=True)

    def change(self, sql):
        journal = sqlite3.connect(self.journal)
        for name in ("fact_no_update", "payload_no_update"):
            journal.execute(f"DROP TRIGGER {name}")
        journal.execute(sql)
        journal.commit()
        journal.close()

    def test_a_chain_holds_and_adds_up(self):
        result = self.verify()
        self.assertEqual(result.returncode, 0)
        head = self.program("facts", "--verify", LEASE).split()[-1]
        self.assertIn(f"2 facts hold, 28800.500 GPU-seconds, head {head}", result.stdout)

    def test_a_changed_envelope_breaks_it(self):
        self.change("UPDATE fact SET envelope = replace(envelope, '\"import\"', '\"imp0rt\"') WHERE seq = 1")
        self.assertNotIn(self.program("facts", LEASE).split()[-1], self.verify().stdout.split()[-1:])

    def test_a_changed_payload_is_named(self):
        self.change("UPDATE payload SET bytes = zeroblob(length(bytes)) WHERE fact = (SELECT number FROM fact WHERE kind = 'usage')")
        result = self.verify()
        self.assertEqual(result.returncode, 1)
        self.assertIn("fact 1: its payload is not the one that was recorded", result.stdout)


if __name__ == "__main__":
    BINARY = os.path.abspath(sys.argv[sys.argv.index("--binary") + 1])
    VERIFY_CHAIN = os.path.abspath(sys.argv[sys.argv.index("--verify-chain") + 1])
    unittest.main(argv=sys.argv[:1])
