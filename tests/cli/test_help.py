"""Help, manual page, completion and the commands of the documents: what is written works."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import program
from program import BAD_INPUT, ROOT, SYSTEM_FAILED, Case, environment, main

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class HelpCase(Case):
    def verbs(self):
        """The verbs as the program's own help lists them."""
        listed = re.search(r"Verbs:\n(.*?)\n\n", self.done("help").out, re.DOTALL).group(1)
        verbs = [line.split()[0] for line in listed.splitlines() if re.match(r"  \w", line)]
        self.assertGreaterEqual(set(verbs), {"check", "sign", "leases", "facts", "import", "parked", "park", "statement", "why"})
        return verbs

    def options(self, verb):
        """(name, value or None) of each option that the verb's help names."""
        text = self.done("help", verb).out
        # two spaces, 26 columns of name and value, the description
        named = [line[2:28].split(maxsplit=1) for line in text.splitlines() if line.startswith("  --")]
        return [(words[0][2:], words[1] if len(words) > 1 else None) for words in named]


class VerbsTest(HelpCase):
    def test_every_verb_has_help_in_both_languages(self):
        for verb in self.verbs():
            with self.subTest(verb):
                english = self.done("help", verb, "--lang", "en").out
                chinese = self.done("help", verb, "--lang", "zh").out
                self.assertIn(f"trainlease {verb}", english)
                self.assertIn("Options of every verb", english)
                self.assertNotRegex(english, CHINESE)
                self.assertRegex(chinese, CHINESE)
                self.assertNotIn("Options of every verb", chinese)
                # the same options in both
                names = [re.findall(r"^  (--[a-z-]+)", text, re.MULTILINE) for text in (english, chinese)]
                self.assertEqual(*names)

    def test_help_in_three_ways(self):
        for verb in self.verbs():
            with self.subTest(verb):
                if verb != "help":
                    self.assertEqual(self.done(verb, "--help").out, self.done("help", verb).out)

    def test_every_option_in_help_is_accepted(self):
        for verb in self.verbs():
            options = self.options(verb)
            self.assertGreaterEqual(len(options), 7, verb)
            for name, value in options:
                with self.subTest(verb=verb, option=name):
                    given = {"lang": "en", "now": "2018-01-01T00:00:00Z"}.get(name, "x")
                    words = [f"--{name}", given] if value else [f"--{name}"]
                    self.done(verb, *words, "--help")

    def test_an_option_that_is_none_is_refused_with_the_nearest(self):
        for verb in self.verbs():
            refused = self.expect(BAD_INPUT, verb, "--jsom")
            self.assertIn("--json", refused.err)

    def test_a_verb_that_is_none(self):
        self.assertIn("statemant", self.expect(BAD_INPUT, "statemant").err)

    def test_an_option_without_its_value(self):
        self.expect(BAD_INPUT, "statement", "A", "2017-10", "--as-known-on")

    def test_missing_and_surplus_arguments(self):
        for words in (("statement",), ("statement", "A"), ("statement", "A", "2017-10", "more"), ("sign",), ("import",),
                      ("park",), ("facts",)):
            with self.subTest(" ".join(words)):
                self.expect(BAD_INPUT, *words)

    def test_lines_fit_a_terminal(self):
        for verb in self.verbs():
            for line in self.done("help", verb).out.split("Examples:")[0].splitlines():
                self.assertLessEqual(len(line), 140, f"{verb}: {line}")

    def test_version(self):
        self.assertRegex(self.done("version").out, r"^trainlease \d+\.\d+\.\d+\n$")
        self.assertEqual(self.done("--version").out, self.done("version").out)

    def test_without_a_word_it_helps(self):
        self.assertEqual(self.done().out, self.done("help").out)

    def test_output_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "w") as full:
            code = subprocess.run([program.binary, "help"], stdout=full, stderr=subprocess.DEVNULL, env=environment()).returncode
        self.assertEqual(code, SYSTEM_FAILED)


class ManualTest(HelpCase):
    def test_it_names_every_verb_and_option(self):
        manual = self.done("manual").out.replace("\\-", "-")
        for verb in self.verbs():
            self.assertRegex(manual, rf'\.SS "{verb}\b')
            for name, _ in self.options(verb):
                self.assertIn(f"--{name}", manual)

    def test_it_renders_without_warnings(self):
        if shutil.which("man") is None or shutil.which("groff") is None:
            self.skipTest("man is not here")
        page = self.write("trainlease.1", self.done("manual", "--lang", "en").out)
        shown = subprocess.run(["man", "--warnings", "-l", "-E", "UTF-8", page], capture_output=True, text=True,
                               env=environment(MANPAGER="cat", MANWIDTH="100", TERM="dumb"))
        if "minimized" in shown.stdout + shown.stderr:
            self.skipTest("man pages are left out of this system")
        self.assertEqual((shown.returncode, shown.stderr.strip()), (0, ""))
        self.assertIn("trainlease", shown.stdout)

    def test_it_renders_in_chinese_too(self):
        self.assertRegex(self.done("manual", "--lang", "zh").out, CHINESE)


class CompletionTest(HelpCase):
    def script(self, shell):
        return self.write(f"completion.{shell}", self.done("completion", shell).out)

    def complete(self, *words):
        """What bash offers after these words."""
        quoted = " ".join(shlex.quote(word) for word in words)
        commands = (f"source {self.script('bash')}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
                    "_trainlease; printf '%s\\n' \"${COMPREPLY[@]}\"")
        done = subprocess.run(["bash", "--norc", "-c", commands], capture_output=True, text=True, check=True, cwd=self.folder)
        return set(done.stdout.split())

    def test_bash_reads_it(self):
        done = subprocess.run(["bash", "-n", self.script("bash")], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_zsh_and_fish_read_it(self):
        for shell in ("zsh", "fish"):
            with self.subTest(shell):
                script = self.script(shell)
                self.assertGreater(script.stat().st_size, 100)
                if shutil.which(shell):
                    done = subprocess.run([shell, "-n", script], capture_output=True, text=True)
                    self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_verbs(self):
        self.assertEqual(self.complete("trainlease", ""), set(self.verbs()))
        self.assertEqual(self.complete("trainlease", "stat"), {"statement"})

    def test_options_of_each_verb(self):
        for verb in self.verbs():
            with self.subTest(verb):
                self.assertEqual(self.complete("trainlease", verb, "--"), {f"--{name}" for name, _ in self.options(verb)})

    def test_files(self):
        self.write("agreement.yaml", "")
        self.assertIn("agreement.yaml", self.complete("trainlease", "sign", "agre"))

    def test_another_shell_is_refused(self):
        self.expect(BAD_INPUT, "completion", "cmd.exe")


class DocumentsTest(Case):
    """Every command in a ```sh block of README.md and docs/ that begins with `trainlease` runs, in order."""

    #: What the reader of a page has done already, with the README's first steps behind him.
    FIRST_STEPS = ["trainlease sign examples/agreement.yaml"]

    def commands(self, document):
        found = []
        for block in re.findall(r"^```sh\n(.*?)^```", document.read_text(), re.DOTALL | re.MULTILINE):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("trainlease "):
                    found.append(line)
        return found

    def run_commands(self, commands):
        tools = self.folder / "bin"
        tools.mkdir(exist_ok=True)
        if not (tools / "trainlease").exists():
            (tools / "trainlease").symlink_to(program.binary)
            for folder in ("examples", "tests", "docs"):
                (self.folder / folder).symlink_to(ROOT / folder)
        path = f"{tools}:{environment()['PATH']}"
        for command in commands:
            with self.subTest(command):
                done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment(PATH=path),
                                      capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, f"{command}\n{done.stdout[-1000:]}\n{done.stderr[-2000:]}")

    def test_readme(self):
        readme = ROOT / "README.md"
        if not readme.exists():
            self.skipTest("no README.md yet")
        commands = self.commands(readme)
        self.assertTrue(commands, "the README shows no command")
        self.run_commands(commands)

    def test_documents(self):
        for document in sorted((ROOT / "docs").glob("*.md")):
            commands = self.commands(document)
            if not commands:
                continue
            with self.subTest(document.name):
                for left in self.folder.glob("trainlease.db*"):
                    left.unlink()
                signs = any(command.startswith("trainlease sign ") for command in commands)
                self.run_commands(([] if signs else self.FIRST_STEPS) + commands)

    def test_examples_in_help(self):
        """The examples under each verb name only verbs and options that exist."""
        for verb in ("check", "sign", "import", "parked", "park", "statement", "why", "facts"):
            examples = re.findall(r"^  (trainlease .*)$", self.done("help", verb).out.split("Examples:")[1], re.MULTILINE)
            self.assertTrue(examples, verb)
            for example in examples:
                with self.subTest(example):
                    self.done(*shlex.split(example)[1:], "--help")

    def test_files_in_help_exist(self):
        for verb in ("check", "sign", "import"):
            for name in re.findall(r"examples/\S+", self.done("help", verb).out):
                self.assertTrue((ROOT / name).exists(), name)


if __name__ == "__main__":
    main()
