"""Reads a journal with nothing but Python's standard library, as docs/journal.md describes it.

Proves every chain and every document, decodes every value, and prints what it found as JSON. It shares no code with the
journal: where the two disagree, one of them or the page is wrong.
"""

import hashlib
import json
import sqlite3
import struct
import sys
import zlib

REASONS = {1: "unreachable", 2: "refused", 3: "not-measured", 4: "out-of-range", 5: "input-missing", 6: "not-yet-read"}


def field(value):
    if value is None:
        octets = b""
    elif isinstance(value, str):
        octets = value.encode()
    elif isinstance(value, int):
        octets = struct.pack(">q", value)
    else:
        octets = value
    return struct.pack(">I", len(octets)) + octets


def digest(kind, *fields):
    head = f"sealmeter:journal:{kind}:1\0".encode()
    return hashlib.sha256(head + b"".join(map(field, fields))).digest()


def check(condition, what):
    if not condition:
        sys.exit(f"wrong: {what}")


def numbers(octets):
    value = shift = 0
    for octet in octets:
        value |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            yield value
            value = shift = 0


def unzigzag(value):
    return value // 2 if value % 2 == 0 else -(value + 1) // 2


def values(columns, measured, sampled_at):
    codes = numbers(measured)
    decoded = []
    for line in columns.split("\n"):
        key, _class_id, _name, _type, scaler, unit = line.split(" ")
        code = next(codes)
        decoded.append([key, REASONS[code]] if code < 8 else [key, str(unzigzag(code - 8)), int(scaler), int(unit)])
    present = [entry for entry in decoded if len(entry) == 4]
    for entry in present:
        entry.append(None)
    index = 0
    for count in codes:
        read_at = sampled_at + unzigzag(next(codes))
        for entry in present[index : index + count]:
            entry[4] = read_at
        index += count
    check(index == len(present), "runs of reading times")
    return decoded


def document(database, template, delta):
    sha, deflated = database.execute("SELECT hash, deflated FROM templates WHERE id = ?", (template,)).fetchone()
    whole = zlib.decompress(deflated, -15)
    check(hashlib.sha256(whole).digest() == sha, f"template {template}")
    pieces = zip(zlib.decompress(delta, -15).split(b"<"), whole.split(b"<"), strict=True)
    return b"<".join(own or common for own, common in pieces)


def read_captures(database, chain, name, before):
    captures = []
    rows = database.execute("SELECT * FROM captures WHERE chain = ? ORDER BY number", (chain,)).fetchall()
    for row in rows:
        columns, layout = database.execute("SELECT columns, hash FROM layouts WHERE id = ?", (row["layout"],)).fetchone()
        check(hashlib.sha256(columns.encode()).digest() == layout, "columns")
        check(row["previous"] == before, f"{name} {row['number']}: previous")
        fields = ("number", "capture_time", "sampled_at", "sample_number", "state")
        own = digest("capture", before, name, *(row[f] for f in fields), layout, row["measured"], row["document_hash"])
        check(row["hash"] == own, f"{name} {row['number']}: hash")
        text = None
        if row["document_hash"] is not None:
            octets = document(database, row["template"], row["delta"])
            check(hashlib.sha256(octets).digest() == row["document_hash"], f"{name} {row['number']}: document")
            text = octets.decode()
        captures.append(
            {
                "number": row["number"],
                "sample": row["sample_number"],
                "state": row["state"],
                "document": text,
                "values": values(columns, row["measured"], row["sampled_at"]),
            }
        )
        before = own
    return captures, before


def read_events(database, chain, name, before):
    events = []
    for row in database.execute("SELECT * FROM events WHERE chain = ? ORDER BY number", (chain,)):
        check(row["previous"] == before, f"{name} {row['number']}: previous")
        own = digest("event", before, name, row["number"], row["at"], row["code"], row["data"])
        check(row["hash"] == own, f"{name} {row['number']}: hash")
        events.append({"number": row["number"], "code": row["code"], "data": json.loads(row["data"])})
        before = own
    return events, before


def read_checkpoints(database, journal, names, ends):
    texts = []
    before = digest("chain", journal, "checkpoints")
    for row in database.execute("SELECT * FROM checkpoints ORDER BY number"):
        seconds, milliseconds = divmod(row["at"], 1000)
        at = database.execute("SELECT strftime('%Y-%m-%dT%H:%M:%S', ?, 'unixepoch')", (seconds,)).fetchone()[0]
        lines = [
            "sealmeter journal checkpoint 1",
            f"journal {journal.hex()}",
            f"number {row['number']}",
            f"at {at}.{milliseconds:03}Z",
            f"reason {row['reason']}",
            f"previous {before.hex()}",
        ]
        statements = "SELECT * FROM checkpoint_chains WHERE checkpoint = ? ORDER BY chain"
        for about in database.execute(statements, (row["number"],)):
            lines.append(
                f"chain {names[about['chain']]} first {about['first']} before {about['before'].hex()} "
                f"last {about['last']} hash {about['last_hash'].hex()} next {about['next']} samples {about['samples_used']}"
            )
            if about["last"] == ends[about["chain"]][0]:
                check(about["last_hash"] == ends[about["chain"]][1], f"checkpoint {row['number']}: last row")
        text = "".join(f"{line}\n" for line in lines)
        own = digest("checkpoint", before, text, row["key_id"], row["signature"])
        check(row["previous"] == before and row["hash"] == own, f"checkpoint {row['number']}")
        texts.append({"text": text, "key": row["key_id"], "signature": row["signature"].hex()})
        before = own
    return texts


def main():
    database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    journal = database.execute("SELECT id FROM journals").fetchone()[0]
    chains, names, ends = {}, {}, {}
    for chain, kind, subject in database.execute("SELECT id, kind, subject FROM chains ORDER BY id").fetchall():
        name = f"{kind}/{subject}" if subject else kind
        begun = "SELECT before FROM checkpoint_chains WHERE chain = ? ORDER BY checkpoint DESC LIMIT 1"
        stated = database.execute(begun, (chain,)).fetchone()
        before = stated[0] if stated else digest("chain", journal, name)
        read = read_captures if kind == "captures" else read_events
        chains[name], end = read(database, chain, name, before)
        names[chain] = name
        ends[chain] = (chains[name][-1]["number"], end)
    print(json.dumps({"chains": chains, "checkpoints": read_checkpoints(database, journal, names, ends)}))


main()
