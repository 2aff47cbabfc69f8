#!/usr/bin/python3
"""An independent reader of a trainlease journal, written from docs/journal-format.md alone.

    read_journal.py JOURNAL [--now INSTANT]

It verifies every chain, decodes every packed payload and refuses whatever the document forbids, applies records and
withdrawals, and prints as JSON what each chain holds: facts, head, live records, and per lease the GPU-seconds and the
storage byte-seconds of each local month. Sentences in quotation marks are the document's. Where the document is silent
and the program had to be asked, a comment says "Not in the document".

Exit codes: 0 the journal is sound; 1 it is not, the reason is on stderr.
"""

import argparse
import calendar
import datetime
import hashlib
import json
import re
import sqlite3
import sys
import urllib.parse
from collections import Counter
from collections import namedtuple


class Refused(Exception):
    """The journal breaks a rule of the document."""


def require(condition, message, *values):
    """Refuse with the message unless the condition holds."""
    if not condition:
        raise Refused(message % values if values else message)


# --------------------------------------------------------------------------------------------------------- hashing

def _sm3_round_constants():
    constants = []
    for step in range(64):
        base = 0x79CC4519 if step < 16 else 0x7A879D8A
        turn = step % 32
        constants.append(((base << turn) | (base >> (32 - turn))) & 0xFFFFFFFF)
    return constants


_SM3_CONSTANTS = _sm3_round_constants()
_SM3_START = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)


def _sm3_compress(state, block):
    mask = 0xFFFFFFFF
    words = [int.from_bytes(block[at:at + 4], "big") for at in range(0, 64, 4)]
    for at in range(16, 68):
        mixed = words[at - 3]
        mixed = words[at - 16] ^ words[at - 9] ^ (((mixed << 15) | (mixed >> 17)) & mask)
        mixed ^= (((mixed << 15) | (mixed >> 17)) & mask) ^ (((mixed << 23) | (mixed >> 9)) & mask)
        old = words[at - 13]
        words.append(mixed ^ (((old << 7) | (old >> 25)) & mask) ^ words[at - 6])
    a, b, c, d, e, f, g, h = state
    for step in range(64):
        turned = ((a << 12) | (a >> 20)) & mask
        first = (turned + e + _SM3_CONSTANTS[step]) & mask
        first = ((first << 7) | (first >> 25)) & mask
        if step < 16:
            choice, majority = a ^ b ^ c, e ^ f ^ g
        else:
            choice, majority = (a & b) | (a & c) | (b & c), (e & f) | (~e & mask & g)
        left = (choice + d + (first ^ turned) + (words[step] ^ words[step + 4])) & mask
        right = (majority + h + first + words[step]) & mask
        d, c, b, a = c, ((b << 9) | (b >> 23)) & mask, a, left
        h, g, f = g, ((f << 19) | (f >> 13)) & mask, e
        e = right ^ (((right << 9) | (right >> 23)) & mask) ^ (((right << 17) | (right >> 15)) & mask)
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h)))


def sm3_pure(data):
    """SM3 (GB/T 32905) without help of hashlib, which may lack it."""
    padded = data + b"\x80" + bytes(-(len(data) + 9) % 64) + (8 * len(data)).to_bytes(8, "big")
    state = _SM3_START
    for at in range(0, len(padded), 64):
        state = _sm3_compress(state, padded[at:at + 64])
    return b"".join(word.to_bytes(4, "big") for word in state)


def sha256(data):
    """The hash of algorithm 0."""
    return hashlib.sha256(data).digest()


def sm3(data):
    """The hash of algorithm 1, by hashlib where it knows it."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return sm3_pure(data)


ALGORITHMS = {0: ("sha256", sha256), 1: ("sm3", sm3)}


# ------------------------------------------------------------------------------------------------- canonical JSON

_SHORT_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def canonical_string(text):
    """'in strings only `"`, `\\` and control characters are escaped (`\\b \\t \\n \\f \\r`, else `\\u00xx` in lower case)'."""
    pieces = ['"']
    for letter in text:
        if letter in _SHORT_ESCAPES:
            pieces.append(_SHORT_ESCAPES[letter])
        elif ord(letter) < 0x20:
            pieces.append("\\u%04x" % ord(letter))
        else:
            pieces.append(letter)
    pieces.append('"')
    return "".join(pieces)


def canonical_json(value):
    """'UTF-8, no white space, keys in ascending order of their bytes, integers within 2^53 as numbers and larger ones as
    strings, no fraction as a number'. (Ascending code points are ascending UTF-8 bytes.)"""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        require(abs(value) <= 2 ** 53, "an integer beyond 2^53 stands as a number")
        return str(value)
    if isinstance(value, str):
        return canonical_string(value)
    if isinstance(value, list):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    return "{" + ",".join(canonical_string(key) + ":" + canonical_json(value[key]) for key in sorted(value)) + "}"


def _object_without_repeats(pairs):
    read = dict(pairs)
    require(len(read) == len(pairs), "an object has a key twice")
    return read


def _no_fraction(text):
    raise Refused("the number %s is not an integer" % text)


def read_canonical_json(data):
    """Parse, and refuse whatever is not 'Canonical JSON'."""
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_object_without_repeats, parse_float=_no_fraction,
                           parse_constant=_no_fraction)
        again = canonical_json(value).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise Refused("not JSON: %s" % error)
    require(again == data, "JSON is not canonical")
    return value


# ------------------------------------------------------------------------------------------------ packed integers

class Bytes:
    """A cursor over bytes that refuses to read past their end."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        """The next count bytes."""
        require(self.at + count <= len(self.data), "ends too early")
        self.at += count
        return self.data[self.at - count:self.at]

    def u8(self):
        """One byte."""
        return self.take(1)[0]

    def u16(self):
        """'All other integers are little-endian.'"""
        return int.from_bytes(self.take(2), "little")

    def u32(self):
        """'All other integers are little-endian.'"""
        return int.from_bytes(self.take(4), "little")

    def varint(self):
        """'seven bits a byte, least significant first, the top bit set on all bytes but the last, no more bytes than
        needed.'"""
        value = 0
        for place in range(10):
            byte = self.u8()
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                require(byte != 0 or place == 0, "a varint has more bytes than needed")
                require(value < 2 ** 64, "a varint exceeds 64 bits")
                return value
        raise Refused("a varint exceeds 64 bits")

    def done(self, what):
        """Nothing may be left over."""
        require(self.at == len(self.data), "%s: %d bytes too many", what, len(self.data) - self.at)


def read_packed(cursor, count):
    """'in groups of 64 (the last group holds what is left). A group is one byte WIDTH (0 to 64) and its values in WIDTH
    bits each, least significant bit first, the group padded with zero bits to whole bytes ... WIDTH is the smallest that
    holds the group's largest value; a reader refuses any other.'"""
    values = []
    for first in range(0, count, 64):
        in_group = min(64, count - first)
        width = cursor.u8()
        require(width <= 64, "a group is %d bits wide", width)
        bits = int.from_bytes(cursor.take((in_group * width + 7) // 8), "little")
        require(bits >> (in_group * width) == 0, "a group is not padded with zero bits")
        mask = (1 << width) - 1
        group = [(bits >> (width * place)) & mask for place in range(in_group)]
        require(max(group).bit_length() == width, "a group is wider than its largest value")
        values.extend(group)
    return values


def unzigzag(coded):
    """'codes a signed integer as an unsigned one: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...'"""
    return (coded >> 1) ^ -(coded & 1)


def read_differences(cursor, count):
    """'packed zigzag: the difference to the ... record before, the first to 0'"""
    values, before = [], 0
    for coded in read_packed(cursor, count):
        before += unzigzag(coded)
        require(-2 ** 63 <= before < 2 ** 63, "a difference leaves 64 bits")
        values.append(before)
    return values


# ---------------------------------------------------------------------------------------------------------- texts

def read_text_table(cursor):
    """'u16 count of texts; each a varint length and its bytes (UTF-8), in order of first appearance, none empty'"""
    texts = []
    for _ in range(cursor.u16()):
        data = cursor.take(cursor.varint())
        require(data, "a text is empty")
        try:
            texts.append(data.decode("utf-8"))
        except UnicodeDecodeError:
            raise Refused("a text is not UTF-8")
    require(len(set(texts)) == len(texts), "a text stands twice")
    return texts


def require_first_appearance(numbers, count):
    """'in order of first appearance': seen from the front, each new number is the next one, and all are used."""
    highest = 0
    for number in numbers:
        require(number <= highest + 1, "texts are not in order of first appearance, or a number names none")
        highest = max(highest, number)
    require(highest == count, "%d texts, of which %d are used", count, highest)


def read_texts(cursor, count):
    """A table of texts, 'then packed numbers, one a record: 0 none, 1 the first text, and so on.'"""
    texts = read_text_table(cursor)
    numbers = read_packed(cursor, count)
    require_first_appearance(numbers, len(texts))
    return [texts[number - 1] if number else "" for number in numbers]


# ----------------------------------------------------------------------------------------------------------- keys

_DECIMAL_ENDING = re.compile(rb"[0-9]*\Z")
_NUMBER = re.compile(rb"(0|[1-9][0-9]{0,17})\Z")
_LOWER_HEX = re.compile(rb"(?:[0-9a-f]{2})+\Z")


def key_prefix(first):
    """'common prefix (the first key without the digits that end it)'"""
    return first[:_DECIMAL_ENDING.search(first).start()]


def fits_numbers(keys):
    """Whether form 1 fits: 'the decimal numbers that follow the prefix (no leading zero, at most 18 digits)'.
    Not in the document: 0 itself is a number without a leading zero; a key must have digits after the prefix."""
    prefix = key_prefix(keys[0])
    return all(key.startswith(prefix) and _NUMBER.match(key[len(prefix):]) for key in keys)


def fits_hex(keys):
    """Whether form 2 fits: 'every key is 2n lower-case hexadecimal digits (n at most 64)'."""
    return len(keys[0]) <= 128 and all(len(key) == len(keys[0]) and _LOWER_HEX.match(key) for key in keys)


def read_number_keys(cursor, count):
    """Form 1: 'varint n, n bytes of common prefix ...; packed zigzag differences of the decimal numbers that follow the
    prefix ..., the first to 0.'"""
    prefix = cursor.take(cursor.varint())
    require(key_prefix(prefix) == prefix, "a key prefix ends with digits")
    numbers = read_differences(cursor, count)
    require(all(0 <= number < 10 ** 18 for number in numbers), "a key's number is not within 18 digits")
    return [prefix + b"%d" % number for number in numbers]


def read_hex_keys(cursor, count):
    """Form 2: 'u8 n, then n bytes a record'."""
    size = cursor.u8()
    require(1 <= size <= 64, "hexadecimal keys of %d bytes", size)
    return [cursor.take(size).hex().encode() for _ in range(count)]


def shared_length(one, other):
    """Number of bytes that both begin with."""
    size = 0
    for left, right in zip(one, other):
        if left != right:
            break
        size += 1
    return size


def read_plain_keys(cursor, count):
    """Form 0: 'packed lengths shared with the key before (the first: 0); packed lengths of the rest; the rests' bytes.'"""
    shared = read_packed(cursor, count)
    rests = read_packed(cursor, count)
    keys, before = [], b""
    for common, rest in zip(shared, rests):
        require(common <= len(before), "a key shares more than the key before has")
        key = before[:common] + cursor.take(rest)
        require(shared_length(before, key) == common, "a key shares more with the key before than is said")
        require(key, "a key is empty")
        keys.append(key)
        before = key
    return keys


def read_keys(cursor, count):
    """'Key forms, the first that fits all keys of the block, in the order 1, 2, 0'"""
    form = cursor.u8()
    require(form in (0, 1, 2), "key form %d is unknown", form)
    if form == 1:
        return read_number_keys(cursor, count)
    if form == 2:
        keys = read_hex_keys(cursor, count)
        require(not fits_numbers(keys), "keys are coded as hexadecimal where numbers fit")
        return keys
    keys = read_plain_keys(cursor, count)
    require(not fits_numbers(keys), "keys are coded plainly where numbers fit")
    require(not fits_hex(keys), "keys are coded plainly where hexadecimal fits")
    return keys


# -------------------------------------------------------------------------------------------------------- usage-1

START, LENGTH, GPUS, KEY, MODEL, SUBJECT, PURPOSE, NODES, SUSPENDED, CAUSE = range(1, 11)
WITHDRAWN_FACT, WITHDRAWN_ROW, LISTED, STATE, ACCOUNT, REASON, FLAGS, LINE, CLIPPED = range(11, 20)
COLUMN_NAMES = {START: "start", LENGTH: "length", GPUS: "GPUs", KEY: "key", MODEL: "GPU model", SUBJECT: "subject",
                PURPOSE: "purpose", NODES: "nodes", SUSPENDED: "suspended", CAUSE: "cause",
                WITHDRAWN_FACT: "withdrawn fact", WITHDRAWN_ROW: "withdrawn row", LISTED: "listed", STATE: "state",
                ACCOUNT: "account", REASON: "reason", FLAGS: "flags", LINE: "line", CLIPPED: "clipped"}
WITHDRAWN, OPEN, BACKWARDS, NO_START, NO_END, OUTSIDE_TERM = 1, 2, 4, 8, 16, 32

UsageRecord = namedtuple("UsageRecord", "start length gpu_thousandths key model subject purpose nodes suspended cause "
                                        "withdrawn_fact withdrawn_row listed state account reason flags line clipped")


def read_gpus(cursor, count):
    """'u8 SCALE, packed. SCALE 1: whole GPUs. SCALE 0: thousandths, used only if one is no whole GPU'"""
    scale = cursor.u8()
    require(scale in (0, 1), "GPU scale %d is unknown", scale)
    values = read_packed(cursor, count)
    if scale == 1:
        return [1000 * value for value in values]
    require(any(value % 1000 for value in values), "whole GPUs are written as thousandths")
    return values


def read_column(number, cursor, count):
    """The values of one column by the table of usage-1."""
    if number == START:
        return read_differences(cursor, count)
    if number == GPUS:
        return read_gpus(cursor, count)
    if number == KEY:
        return read_keys(cursor, count)
    if number in (MODEL, PURPOSE, NODES, STATE, ACCOUNT):
        return read_texts(cursor, count)
    if number == LISTED:
        return [unzigzag(coded) for coded in read_packed(cursor, count)]
    return read_packed(cursor, count)


def read_column_directory(cursor):
    """'u8 columns | columns x (u8 id, u32 length)'. 'Ids ascend. Columns 1 to 4 are always there'. 'A reader refuses an
    unknown id below 128 and skips one from 128 on.'"""
    directory = [(cursor.u8(), cursor.u32()) for _ in range(cursor.u8())]
    numbers = [number for number, _ in directory]
    require(all(low < high for low, high in zip(numbers, numbers[1:])), "columns do not ascend")
    require(numbers[:4] == [START, LENGTH, GPUS, KEY], "one of the columns 1 to 4 is missing")
    for number in numbers:
        require(number in COLUMN_NAMES or number >= 128, "column %d is unknown", number)
    return directory


def read_usage(payload):
    """'u16 records (1 to 4096) | u8 columns | columns x (u8 id, u32 length) | the columns' bytes in the same order'"""
    cursor = Bytes(payload)
    count = cursor.u16()
    require(1 <= count <= 4096, "a block of %d records", count)
    directory = read_column_directory(cursor)
    columns = {}
    for number, length in directory:
        part = Bytes(cursor.take(length))
        if number >= 128:
            continue
        try:
            columns[number] = read_column(number, part, count)
            part.done("column")
        except Refused as why:
            raise Refused("column %s: %s" % (COLUMN_NAMES[number], why))
        require(number <= KEY or any(columns[number]), "column %s is there and has no value", COLUMN_NAMES[number])
    cursor.done("usage-1")
    for number in COLUMN_NAMES:
        if number not in columns:
            columns[number] = [""] * count if number in (MODEL, PURPOSE, NODES, STATE, ACCOUNT) else [0] * count
    columns[LISTED] = [start + listed for start, listed in zip(columns[START], columns[LISTED])]
    return [UsageRecord(*row) for row in zip(*(columns[number] for number in sorted(COLUMN_NAMES)))]


def check_usage_record(record, kind):
    """What the table of usage-1 says of single values: which flags, causes and reasons there are, what is only 'of parked
    records' and 'for open records', and that 'An open record (flag 2) has length 0'."""
    require(record.flags < 64, "flags %d are unknown", record.flags)
    require(record.cause <= 5, "cause %d is unknown", record.cause)
    if kind == "parked":
        require(1 <= record.reason <= 11, "reason %d is unknown", record.reason)
        require(not record.flags & OUTSIDE_TERM, "a parked record has a flag of billed ones")
    else:
        require(record.reason == 0 and record.account == "" and record.line == 0,
                "a billed record has a column of parked ones")
        require(not record.flags & (BACKWARDS | NO_START | NO_END), "a billed record has a flag of parked ones")
        require(record.suspended <= record.length or record.flags & OPEN, "suspended for longer than it ran")
    if record.flags & OPEN:
        require(record.length == 0, "an open record has a length")
    else:
        require(record.listed == record.start, "a record that is not open is listed")
    if not record.flags & WITHDRAWN:
        require(record.withdrawn_fact == 0 and record.withdrawn_row == 0, "a record names one that it withdraws, "
                "and is no withdrawal")


# ------------------------------------------------------------------------------------------------------ storage-1

StorageSample = namedtuple("StorageSample", "at bytes filesystem owner withdrawn")


def read_measured(cursor, what, reader, count):
    """'u32 length', and what the reader finds in exactly so many bytes."""
    part = Bytes(cursor.take(cursor.u32()))
    try:
        values = reader(part, count)
        part.done("block")
    except Refused as why:
        raise Refused("%s: %s" % (what, why))
    return values


def read_storage(payload):
    """The parts of storage-1 in the document's order: times, bytes, texts ('in order of first appearance: file systems
    first, then owners'), the file systems' numbers, the owners' numbers, flags ('1: this sample is withdrawn').
    Not in the document: a text that is both a file system and an owner stands once."""
    cursor = Bytes(payload)
    count = cursor.u16()
    require(1 <= count <= 4096, "a block of %d samples", count)
    times = read_measured(cursor, "times", read_differences, count)
    in_use = read_measured(cursor, "bytes in use", read_packed, count)
    texts = read_text_table(cursor)
    filesystems = read_measured(cursor, "file systems", read_packed, count)
    owners = read_measured(cursor, "owners", read_packed, count)
    flags = read_measured(cursor, "flags", read_packed, count)
    cursor.done("storage-1")
    require_first_appearance(filesystems + owners, len(texts))
    require(max(flags) <= 1, "a sample's flags are unknown")
    named = [""] + texts
    return [StorageSample(at, size, named[filesystem], named[owner], flag == 1)
            for at, size, filesystem, owner, flag in zip(times, in_use, filesystems, owners, flags)]


# ----------------------------------------------------------------------------------------- envelopes and the chain

Fact = namedtuple("Fact", "number seq kind envelope head payload")
Chain = namedtuple("Chain", "number id algorithm facts")

ENVELOPE_KEYS = {"by", "command", "happened", "kind", "lease", "recorded", "seq", "v"}
IMPORT_KEYS = {"bytes", "corrected", "digest", "file", "format", "known", "new", "nothing", "open", "parked", "read",
               "refused", "refused_lines", "repeated_hour", "signature", "source", "zone"}
Kind = namedtuple("Kind", "lease house body codec")
KINDS = {
    "agreement-signed": Kind(True, False, {"algorithm", "file_digest", "rating_rules", "terms", "zone"},
                             "agreement-file-1"),
    "house-opened": Kind(False, True, {"algorithm"}, None),
    "usage": Kind(True, False, {"format"}, "usage-1"),
    "parked": Kind(True, True, {"format"}, "usage-1"),
    "storage": Kind(True, True, None, "storage-1"),
    "import": Kind(False, True, IMPORT_KEYS, None),
    "park-decided": Kind(False, True, {"account", "because", "decision", "dismissed", "key"}, None),
}
OPENING = {True: "house-opened", False: "agreement-signed"}


def is_integer(value):
    """Whether JSON gave an integer, and not a truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def check_envelope(envelope, chain_id):
    """The table of the envelope: which keys there are and what stands under them."""
    require(isinstance(envelope, dict), "the envelope is no object")
    keys = set(envelope)
    require(ENVELOPE_KEYS <= keys, "the envelope lacks %s", ", ".join(sorted(ENVELOPE_KEYS - keys)))
    require(keys <= ENVELOPE_KEYS | {"body", "payload"}, "the envelope has a key that the document does not name")
    require(envelope["v"] == 1, "version of the envelope is not 1")
    require(envelope["lease"] == chain_id, "the envelope belongs to another chain")
    for key in ("happened", "recorded", "seq"):
        require(is_integer(envelope[key]), "%s is no integer", key)
    for key in ("by", "command", "kind", "lease"):
        require(isinstance(envelope[key], str), "%s is no text", key)
    require(isinstance(envelope.get("body", {}), dict), "the body is no object")
    if "payload" in envelope:
        payload = envelope["payload"]
        require(isinstance(payload, dict) and set(payload) == {"bytes", "codec", "digest"}, "the payload's keys are wrong")
        require(is_integer(payload["bytes"]) and payload["bytes"] >= 0, "the payload's number of bytes is wrong")
        require(re.fullmatch("[0-9a-f]{64}", str(payload["digest"])), "the payload's digest is not 64 hex digits")


def check_kind(fact, is_house):
    """The table of kinds: on which chain, with which body and payload."""
    require(fact.kind in KINDS, "kind %s is unknown", fact.kind)
    kind = KINDS[fact.kind]
    require(kind.house if is_house else kind.lease, "kind %s does not belong to this chain", fact.kind)
    require((fact.seq == 0) == (fact.kind in OPENING.values()), "only fact 0 opens a chain, and it must")
    body = fact.envelope.get("body")
    if kind.body is None:
        require(body is None, "kind %s has no body", fact.kind)
    else:
        require(body is not None, "kind %s has a body", fact.kind)
        optional = {"because"} if fact.kind == "import" else set()
        require(kind.body <= set(body) <= kind.body | optional, "the body's keys are wrong for kind %s", fact.kind)
    codec = fact.envelope.get("payload", {}).get("codec")
    require(codec == kind.codec, "kind %s has codec %s", fact.kind, codec)


def check_payload(fact, digest):
    """'`digest` is H of the payload's bytes, `bytes` their number'. A missing payload is refused: no kind of fact has an
    erasable one yet."""
    if "payload" not in fact.envelope:
        require(fact.payload is None, "there is a payload that the envelope does not name")
        return
    require(fact.payload is not None, "the payload is missing")
    named = fact.envelope["payload"]
    require(named["bytes"] == len(fact.payload), "the payload has %d bytes, not %d", len(fact.payload), named["bytes"])
    require(named["digest"] == digest(fact.payload).hex(), "the payload does not have its digest")


def genesis(chain_id, digest):
    """head[-1] = H("trainlease-genesis-1\\n" | chain id)"""
    return digest(b"trainlease-genesis-1\n" + chain_id.encode("utf-8"))


def next_head(head, envelope, digest):
    """head[n] = H("trainlease-chain-1\\n" | head[n-1] | H(envelope[n]))"""
    return digest(b"trainlease-chain-1\n" + head + digest(envelope))


def read_fact(row, place, before, chain_id, digest):
    """One fact: 'seq counts from 0 without a gap', '`fact.head` holds head[n]', 'The envelope is hashed as the bytes that
    are stored', and recorded is 'never smaller than that of the fact before'."""
    number, seq, kind, recorded, envelope_bytes, head, payload = row
    require(seq == place, "seq %s stands where %d belongs", seq, place)
    require(isinstance(envelope_bytes, bytes) and isinstance(head, bytes), "envelope or head is no blob")
    expected = next_head(before.head if before else genesis(chain_id, digest), envelope_bytes, digest)
    require(head == expected, "the head is not that of the envelope and the head before")
    envelope = read_canonical_json(envelope_bytes)
    check_envelope(envelope, chain_id)
    require((envelope["seq"], envelope["kind"], envelope["recorded"]) == (seq, kind, recorded),
            "the columns differ from the envelope")
    require(before is None or before.envelope["recorded"] <= recorded, "recorded before the fact before")
    require(payload is None or isinstance(payload, bytes), "the payload is no blob")
    fact = Fact(number, seq, kind, envelope, head, payload)
    check_kind(fact, chain_id == "house")
    check_payload(fact, digest)
    return fact


def read_chain(database, number, chain_id, algorithm):
    """All facts of a chain, verified."""
    require(algorithm in ALGORITHMS, "chain %s: algorithm %s is unknown", chain_id, algorithm)
    name, digest = ALGORITHMS[algorithm]
    rows = database.execute("SELECT f.number, f.seq, f.kind, f.recorded, f.envelope, f.head, p.bytes FROM fact f "
                            "LEFT JOIN payload p ON p.fact = f.number WHERE f.chain = ? ORDER BY f.seq", (number,))
    facts = []
    for place, row in enumerate(rows):
        try:
            facts.append(read_fact(row, place, facts[-1] if facts else None, chain_id, digest))
        except Refused as why:
            raise Refused("chain %s, fact %d: %s" % (chain_id, place, why))
    require(facts, "chain %s has no fact", chain_id)
    require(facts[0].envelope["body"]["algorithm"] == name, "chain %s: its first fact names another algorithm", chain_id)
    return Chain(number, chain_id, algorithm, facts)


def check_numbers(chains):
    """'`number` counts over all chains in order of recording': 1 to the last, ascending in each chain, and in the order
    in which facts were recorded."""
    facts = sorted((fact for chain in chains for fact in chain.facts), key=lambda fact: fact.number)
    require([fact.number for fact in facts] == list(range(1, len(facts) + 1)), "the numbers of facts have a gap")
    for chain in chains:
        numbers = [fact.number for fact in chain.facts]
        require(numbers == sorted(numbers), "chain %s: numbers do not follow seq", chain.id)


def open_journal(path):
    """'An SQLite 3 database ..., `PRAGMA application_id` 0x746c6561 ("tlea"), `PRAGMA user_version` the schema version
    (2).'"""
    database = sqlite3.connect("file:%s?mode=ro" % urllib.parse.quote(path), uri=True)
    require(database.execute("PRAGMA application_id").fetchone()[0] == 0x746C6561, "not a journal of trainlease")
    require(database.execute("PRAGMA user_version").fetchone()[0] == 2, "schema version is not 2")
    return database


def check_strays(database):
    """Every fact belongs to a chain, and every payload to a fact."""
    stray = database.execute("SELECT count(*) FROM fact WHERE chain NOT IN (SELECT number FROM chain)").fetchone()[0]
    require(stray == 0, "%d facts belong to no chain", stray)
    stray = database.execute("SELECT count(*) FROM payload WHERE fact NOT IN (SELECT number FROM fact)").fetchone()[0]
    require(stray == 0, "%d payloads belong to no fact", stray)


def read_chains(database):
    """'One chain per lease, its `id` the agreement's number; and the chain `house`'."""
    check_strays(database)
    rows = database.execute("SELECT number, id, algorithm FROM chain ORDER BY number").fetchall()
    chains = [read_chain(database, *row) for row in rows]
    check_numbers(chains)
    return chains


# ------------------------------------------------------------------------------------------------- the lease's terms

class Zone:
    """'zone {name, tzdata, first, changes [[instant, offset seconds], ...]}: the offset before the first change, and each
    change'"""

    def __init__(self, body):
        require(set(body) == {"name", "tzdata", "first", "changes"}, "the zone's keys are wrong")
        self.first = body["first"]
        self.changes = body["changes"]
        for change in self.changes:
            require(isinstance(change, list) and len(change) == 2 and all(map(is_integer, change)), "a change of zone")
        instants = [instant for instant, _ in self.changes]
        require(all(low < high for low, high in zip(instants, instants[1:])), "changes of the zone do not ascend")

    def pieces(self, start, end):
        """The span as (start, end, offset) between changes."""
        bounds = [(None, self.first)] + [tuple(change) for change in self.changes]
        for place, (since, offset) in enumerate(bounds):
            until = bounds[place + 1][0] if place + 1 < len(bounds) else None
            low = start if since is None else max(start, since)
            high = end if until is None else min(end, until)
            if low < high:
                yield low, high, offset

    def first_instant(self, day):
        """The first instant of a local day. (A day's midnight may not exist, or exist twice: the first instant whose
        local day is not before it.)"""
        midnight = calendar.timegm(day.timetuple())
        for low, high, offset in self.pieces(midnight - 2 * 86400, midnight + 2 * 86400):
            if midnight - offset < high:
                return max(low, midnight - offset)
        raise Refused("a day has no beginning")


def next_month(month):
    """The month after (year, month)."""
    year, number = month
    return (year + 1, 1) if number == 12 else (year, number + 1)


def month_name(month):
    """2017-09"""
    return "%04d-%02d" % month


def split_by_month(zone, start, end):
    """(month, seconds) for each part of the span. 'zone from the fact agreement-signed'. Not in the document: a month
    runs from the first instant of its first day to that of the next month's."""
    if start >= end:
        return
    offset = next(zone.pieces(start, start + 1))[2]
    local = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=start + offset)
    month = (local.year, local.month)
    if start >= zone.first_instant(datetime.date(*next_month(month), 1)):
        month = next_month(month)
    elif start < zone.first_instant(datetime.date(*month, 1)):
        month = (month[0] - 1, 12) if month[1] == 1 else (month[0], month[1] - 1)
    while start < end:
        month_end = zone.first_instant(datetime.date(*next_month(month), 1))
        until = min(end, month_end)
        if start < until:
            yield month, until - start
        start, month = max(start, until), next_month(month)


_UNITS = {"second": 1, "s": 1, "minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400, "week": 604800}


def read_duration(text, otherwise):
    """A duration of the terms, '7 days' or '48 h'. Not in the document: how durations are written."""
    if text is None:
        return otherwise
    found = re.fullmatch(r"([0-9]+) ?([a-z]+?)s?", text)
    require(found and found.group(2) in _UNITS, "duration %s is not understood", text)
    return int(found.group(1)) * _UNITS[found.group(2)]


class Terms:
    """What of the agreement the meters need, from the body of agreement-signed."""

    def __init__(self, fact):
        body = fact.envelope["body"]
        require(body["rating_rules"] == 1, "rating rules %s are unknown", body["rating_rules"])
        require(body["file_digest"] == hashlib.sha256(fact.payload).hexdigest(), "the signed file does not have its digest")
        terms = body["terms"]
        self.zone = Zone(body["zone"])
        self.start = self.zone.first_instant(datetime.date.fromisoformat(terms["term"]["from"]))
        last = datetime.date.fromisoformat(terms["term"]["to"])
        self.end = self.zone.first_instant(last + datetime.timedelta(days=1))
        self.suspended_billed = terms.get("compute", {}).get("suspended") == "billed"
        self.runaway_after = read_duration(terms.get("cluster", {}).get("runaway_after"), 7 * 86400)
        self.max_gap = read_duration(terms.get("storage", {}).get("max_gap"), 48 * 3600)


# -------------------------------------------------------------------------------------------------- usage of a chain

def same_but_for_the_withdrawal(record, named):
    """'it repeats the record that it names in full'"""
    neutral = {"cause": 0, "withdrawn_fact": 0, "withdrawn_row": 0}
    return record._replace(flags=record.flags & ~WITHDRAWN, **neutral) == named._replace(**neutral)


def apply_records(chain, kind):
    """All records of a kind, and which are live: [((seq, row), record), ...]. A withdrawal names 'seq of the fact, in this
    chain, whose record is withdrawn' and 'its row there, from 0', and takes it away."""
    live = {}
    everything = []
    for fact in chain.facts:
        if fact.kind != kind:
            continue
        for row, record in enumerate(read_usage(fact.payload)):
            check_usage_record(record, kind)
            everything.append(record)
            if not record.flags & WITHDRAWN:
                live[fact.seq, row] = record
                continue
            named = live.pop((record.withdrawn_fact, record.withdrawn_row), None)
            require(named is not None, "fact %d, row %d withdraws what is not there", fact.seq, row)
            require(same_but_for_the_withdrawal(record, named), "fact %d, row %d does not repeat what it withdraws",
                    fact.seq, row)
    return everything, live


def billed_span(record, terms, now):
    """'the span from `start` to `start + length - suspended` (suspended seconds come off the end; with
    `compute.suspended: billed` they stay)'; an open one 'from `start` to the earlier of now and `listed` +
    `cluster.runaway_after`'. Not in the document: suspended seconds come off an open record too, and never more than
    it ran."""
    end = record.start + record.length
    if record.flags & OPEN:
        end = max(record.start, min(now, record.listed + terms.runaway_after))
    if not terms.suspended_billed:
        end = max(record.start, end - record.suspended)
    return record.start, end


def gpu_thousandth_seconds(records, terms, now):
    """'A record whose flag withdrawn is not set adds GPUs x (length - suspended) to its lease ... A withdrawn record takes
    the same away again', by local month: (billed, not billed because outside the term). Not in the document: only what
    lies within the term is billed, but of records with flag 32, 'billed although outside the term', everything is."""
    billed, outside = Counter(), Counter()
    for record in records:
        signed_gpus = -record.gpu_thousandths if record.flags & WITHDRAWN else record.gpu_thousandths
        start, end = billed_span(record, terms, now)
        beyond = billed if record.flags & OUTSIDE_TERM else outside
        for low, high, months in ((start, min(end, terms.start), beyond),
                                  (max(start, terms.start), min(end, terms.end), billed),
                                  (max(start, terms.end), end, beyond)):
            for month, seconds in split_by_month(terms.zone, low, high):
                months[month] += seconds * signed_gpus
    return billed, outside


def thousandths(value):
    """1483.5, without zeros that say nothing."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1000)
    return sign + str(whole) + (".%03d" % rest).rstrip("0") * (rest != 0)


# ------------------------------------------------------------------------------------------------ storage of a chain

def apply_samples(chain):
    """The sum over each snapshot's samples, 'withdrawn ones subtracted': {file system: {time: [bytes, samples]}}."""
    snapshots = {}
    live = Counter()
    for fact in chain.facts:
        if fact.kind != "storage":
            continue
        for sample in read_storage(fact.payload):
            sign = -1 if sample.withdrawn else 1
            live[sample._replace(withdrawn=False)] += sign
            require(live[sample._replace(withdrawn=False)] >= 0, "fact %d withdraws a sample that is not there", fact.seq)
            snapshot = snapshots.setdefault(sample.filesystem, {}).setdefault(sample.at, [0, 0])
            snapshot[0] += sign * sample.bytes
            snapshot[1] += sign
    return snapshots


def storage_byte_seconds(snapshots, terms, now):
    """By local month. (The agreement's rules: a snapshot holds until that file system's next one, over month ends, at most
    max_gap and to the end of the term; before the first, 0; the sum over file systems.)"""
    months = Counter()
    for moments in snapshots.values():
        times = sorted(at for at, (_, samples) in moments.items() if samples)
        for place, at in enumerate(times):
            until = min(at + terms.max_gap, now, terms.end)
            if place + 1 < len(times):
                until = min(until, times[place + 1])
            for month, seconds in split_by_month(terms.zone, max(at, terms.start), until):
                months[month] += seconds * moments[at][0]
    return months


# -------------------------------------------------------------------------------------------------------- the report

def report_records(live):
    """How many records are live, and under how many keys."""
    return {"records": len(live), "keys": len({record.key for record in live.values()}),
            "open": sum(1 for record in live.values() if record.flags & OPEN)}


def report_chain(chain, now):
    """What a chain holds."""
    report = {"facts": len(chain.facts), "head": chain.facts[-1].head.hex(), "algorithm": ALGORITHMS[chain.algorithm][0]}
    try:
        _, parked = apply_records(chain, "parked")
        report["parked"] = report_records(parked)
        snapshots = apply_samples(chain)
        if chain.id == "house":
            return report
        terms = Terms(chain.facts[0])
        require(chain.facts[0].envelope["body"]["terms"]["agreement"] == chain.id, "the chain is another agreement's")
        records, live = apply_records(chain, "usage")
        report["live"] = report_records(live)
        billed, outside = gpu_thousandth_seconds(records, terms, now)
        report["gpu_seconds"] = {month_name(month): thousandths(value) for month, value in sorted(billed.items()) if value}
        report["outside_term_gpu_seconds"] = {month_name(month): thousandths(value)
                                              for month, value in sorted(outside.items()) if value}
        storage = storage_byte_seconds(snapshots, terms, now)
        report["storage_byte_seconds"] = {month_name(month): str(value) for month, value in sorted(storage.items()) if value}
    except Refused as why:
        raise Refused("chain %s: %s" % (chain.id, why))
    return report


def read_journal(path, now):
    """Verify and read a whole journal; {chain id: report}."""
    try:
        database = open_journal(path)
        try:
            return {chain.id: report_chain(chain, now) for chain in read_chains(database)}
        finally:
            database.close()
    except sqlite3.Error as error:
        raise Refused("SQLite: %s" % error)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise Refused("a value is missing or of the wrong type: %r" % error)


def read_instant(text):
    """2017-09-01T00:00:00Z as seconds."""
    moment = datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    return calendar.timegm(moment.timetuple())


def main():
    """The command."""
    parser = argparse.ArgumentParser(description="read and verify a journal of trainlease")
    parser.add_argument("journal")
    parser.add_argument("--now", type=read_instant, help="the instant up to which open records count, by default the clock's",
                        default=int(datetime.datetime.now(datetime.timezone.utc).timestamp()))
    arguments = parser.parse_args()
    try:
        report = read_journal(arguments.journal, arguments.now)
    except Refused as why:
        print("read_journal: %s" % why, file=sys.stderr)
        return 1
    json.dump(report, sys.stdout, indent=2, ensure_ascii=False)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
