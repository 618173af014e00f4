#!/usr/bin/env python3
"""Measures what is read of simulated vouchers: what server/recognition/VOUCHERS.md holds.

usage: vouchers.py make FOLDER --each N [--seed N] [--size N]  pictures with their truth, N of every kind, synthetic
       vouchers.py read FOLDER [--jobs N]            reads those not read yet, into FOLDER/read.jsonl
       vouchers.py lines FOLDER                      writes the truth's own lines as read.jsonl: reading without a
                                                     mistake, for pictures too small to be read
       vouchers.py interpret FOLDER                  kinds and fields anew from the lines of read.jsonl
       vouchers.py untitled FOLDER                   kinds from the lines of read.jsonl without those that are a title
       vouchers.py table FOLDER [--json] [--errors]  what was read against the truth, as Markdown or JSON
       vouchers.py cells FOLDER                      the same of tables: what server/recognition/TABLES.md holds
       vouchers.py marks FOLDER                      what seals and signatures were objected to, and whose names
                                                     seals would be taken for: server/recognition/SEALS.md
       vouchers.py hand FOLDER                       how far what a pen wrote is read and known as such: the same file
       vouchers.py all FOLDER --each N               make, read, table

From the project's root, after `cargo build --release --workspace` (`--examples` for `interpret`) and
`models/fetch-ocr`. `make` goes on where a larger series begins with the same pictures; `read` may be
stopped and goes on. `interpret` is what a change in server/recognition/kinds is measured with: it takes
milliseconds a page. `table` goes by interpreted.jsonl where that is newer than read.jsonl.
A field counts as read where the value of that name equals the truth after normalising width, spaces,
currency signs, thousands separators and date forms. A seal or a signature counts as found where a box
of that sort covers half of what both cover.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tomllib
import unicodedata

KINDS = 36  # those of the product and, in turn, papers that are none
BATCH = 8
# Of a box and the truth's: what both cover to what either covers.
OVERLAP = {"seals": 0.5, "signatures": 0.3}


def tool(name):
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", "target")) / "release" / name
    if not target.exists():
        sys.exit(f"no {target}: cargo build --release --workspace --examples")
    return str(target)


def rows(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def make(folder, each, seed, size):
    order = ["render", "--task", "evidence", "--count", str(KINDS * each), "--seed", str(seed)]
    order += ["--size", str(size), "--out", str(folder)]
    subprocess.run([tool("bailing-simulator"), *order], check=True)


def read(folder, jobs):
    """What each process said is kept at once. With more than one, each has one thread: less waiting, slower pages."""
    kept = folder / "read.jsonl"
    done = {row["file"] for row in rows(kept)}
    files = [row["file"] for row in rows(folder / "truth.jsonl") if row["file"] not in done]
    chunks = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    threads = {"RAYON_NUM_THREADS": "1"} if jobs > 1 else {}

    def said(chunk):
        order = [tool("bailing"), "recognize", "--json", *(str(folder / name) for name in chunk)]
        return subprocess.run(order, capture_output=True, text=True, env=os.environ | threads)

    with open(kept, "a", encoding="utf-8") as out, concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        count = len(done)
        for answer, chunk in zip(pool.map(said, chunks), chunks):
            for line in answer.stdout.splitlines():
                row = json.loads(line)
                row["file"] = os.path.basename(row["file"])
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            if answer.returncode:
                print(answer.stderr[-300:], file=sys.stderr)
            count += len(chunk)
            print(f"\r{count} of {len(done) + len(files)} read", end="", file=sys.stderr)
    print(file=sys.stderr)


def lines(folder):
    """What stands close together on one row is one line, as a text detector has it."""
    middle = lambda a, b: ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
    with open(folder / "read.jsonl", "w", encoding="utf-8") as out:
        for truth in rows(folder / "truth.jsonl"):
            joined = []
            for line in truth.get("lines", []) + truth.get("handwriting", []):
                text, corners = line["text"], line["corners"]
                for at, (before, left) in enumerate(joined):
                    end, begin = middle(left[1], left[2]), middle(corners[0], corners[3])
                    height = min(math.dist(left[1], left[2]), math.dist(corners[0], corners[3]))
                    if abs(end[1] - begin[1]) < 0.4 * height and -0.5 * height < begin[0] - end[0] < 0.7 * height:
                        text, corners = before + text, [left[0], corners[1], corners[2], left[3]]
                        del joined[at]
                        break
                joined.append((text, corners))
            read = [{"text": text, "confidence": 1.0, "region": corners} for text, corners in joined]
            row = {"file": truth["file"], "kind": "", "fields": {}, "signals": [], "text_lines": read, "timing_ms": {"total": 0}}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def interpret(folder):
    with open(folder / "read.jsonl") as lines, open(folder / "interpreted.jsonl", "w") as out:
        subprocess.run([tool("examples/interpret")], stdin=lines, stdout=out, check=True)


def untitled(folder):
    """Of each kind: pages, those told with their title, and without it; of the last, those of the right family."""
    kinds = {path.stem: tomllib.loads(path.read_text()) for path in pathlib.Path("server/recognition/kinds").glob("*.toml")}
    titles = [normal(title) for kind in kinds.values() for title in kind.get("titles", [])]
    # As src/kinds.rs has it: little more than a title.
    is_title = lambda text: any(title in text and len(text) <= len(title) + 6 for title in titles)
    family = lambda kind: kinds.get(kind, {}).get("family", kind)
    truths = {row["file"]: row["kind"] for row in rows(folder / "truth.jsonl")}
    pages = [row for row in rows(folder / "read.jsonl") if row["file"] in truths]

    def told(lines_of):
        lines = "".join(json.dumps(row | {"text_lines": lines_of(row)}, ensure_ascii=False) + "\n" for row in pages)
        said = subprocess.run([tool("examples/interpret")], input=lines, capture_output=True, text=True, check=True)
        return [json.loads(line)["kind"] for line in said.stdout.splitlines()]

    whole = told(lambda row: row["text_lines"])
    bare = told(lambda row: [line for line in row["text_lines"] if not is_title(normal(line["text"]))])
    counts = collections.defaultdict(collections.Counter)
    for row, with_title, without in zip(pages, whole, bare):
        truth = truths[row["file"]]
        count = counts[truth]
        count["n"] += 1
        count["whole"] += with_title == truth
        count["bare"] += without == truth
        count["family"] += family(without) == family(truth)
    total = sum(counts.values(), collections.Counter())
    print("| kind | with its title | without | its family without |\n| --- | --- | --- | --- |")
    for kind, c in [*sorted(counts.items()), ("**all**", total)]:
        print(f"| {kind} | " + " | ".join(share(c[name], c["n"]) for name in ("whole", "bare", "family")) + " |")


def normal(value):
    """As the script that labelled real pictures are measured with has it."""
    text = unicodedata.normalize("NFKC", str(value)).upper()
    text = re.sub(r"[\s¥$,]", "", text).replace("圆", "元").replace("RMB", "")
    date = re.fullmatch(r"(\d{4})[年/.\-](\d{1,2})[月/.\-](\d{1,2})日?", text)
    if date:
        return "%04d-%02d-%02d" % tuple(map(int, date.groups()))
    return re.sub(r"[()（）\-.:：/]", "", text) if not re.fullmatch(r"\d+\.\d+", text) else text


def box(corners):
    """Left, top, right, bottom."""
    return [f(corner[axis] for corner in corners) for f in (min, max) for axis in (0, 1)]


def overlap(a, b):
    sides = [min(a[2 + axis], b[2 + axis]) - max(a[axis], b[axis]) for axis in (0, 1)]
    both = max(0, sides[0]) * max(0, sides[1])
    area = lambda c: (c[2] - c[0]) * (c[3] - c[1])
    return both / max(1e-9, area(a) + area(b) - both)


def found(truths, answers, least):
    """How many of the truth's boxes are covered, and how many boxes cover none."""
    boxes = [box(answer["region"]) for answer in answers]
    hits = [[overlap(box(truth["quad"]), one) >= least for one in boxes] for truth in truths]
    return sum(map(any, hits)), len(boxes) - sum(map(any, zip(*hits)))


def name_likeness(one, other):
    """As src/seals/name.rs has it: what two names have in common without what all of their form end with."""
    forms = r"(股份有限公司|有限责任公司|有限公司|有限公|公司|合作社|经营部)$"
    one, other = (re.sub(r"[\W_]", "", re.sub(forms, "", normal(name))) for name in (one, other))
    lengths = [0] * (len(other) + 1)
    for letter in one:
        before = list(lengths)
        for at, against in enumerate(other):
            lengths[at + 1] = before[at] + 1 if letter == against else max(before[at + 1], lengths[at])
    return 2 * lengths[-1] / max(1, len(one) + len(other))


def marks(folder):
    """Signals by whether the paper bears such marks, and seals' names against their own and others' pages."""
    truths = {row["file"]: row for row in rows(folder / "truth.jsonl")}
    answers = [row for row in rows(folder / "read.jsonl") if row["file"] in truths]
    codes = ["seal_missing", "signature_missing", "seal_name_mismatch", "seal_flat", "seal_copied"]
    print("| signal | pictures that bear such a mark: flagged of n | that bear none |\n| --- | --- | --- |")
    for code in codes:
        counts = collections.Counter()
        for answer in answers:
            sort = "signatures" if code.startswith("signature") else "seals"
            bears = bool(truths[answer["file"]].get(sort))
            counts[bears, "n"] += 1
            counts[bears, "hit"] += any(signal["code"] == code for signal in answer["signals"])
        print(f"| `{code}` | {share(counts[True, 'hit'], counts[True, 'n'])} | {share(counts[False, 'hit'], counts[False, 'n'])} |")
    # Each seal's text against the truth, its own page's name, and the name of the next page of the kind.
    pairs = collections.defaultdict(list)
    read = collections.Counter()
    for answer in answers:
        truth = truths[answer["file"]]
        for seal in truth.get("seals", []):
            seen = [s for s in answer["seals"] if overlap(box(seal["quad"]), box(s["region"])) >= OVERLAP["seals"]]
            if not seen:
                continue
            text, sure = seen[0].get("text"), seen[0].get("text_confidence", 0)
            read["found"] += 1
            read["read"] += text is not None
            read["exact"] += text is not None and normal(text) == normal(seal["text"])
            read[seen[0]["name_agrees"]["agreement"]] += 1
            if text and seal["text"] in truth["fields"].values():
                pairs[truth["kind"]].append((seal["text"], text, sure))
    print(f"\nseals found {read['found']}, read {read['read']}, exactly {read['exact']}; said to be "
          f"consistent {read['consistent']}, different {read['different']}, unreadable {read['unreadable']}\n")
    told = collections.Counter()
    for each in pairs.values():
        for at, (name, text, sure) in enumerate(each):
            others = [other for other, *_ in each[at + 1 :] + each[:at] if other != name][:1]
            for whose, against in [("own", name), *[("another", other) for other in others]]:
                like, well = name_likeness(text, against), sure >= 0.9 and len(text) >= 6
                said = "consistent" if like >= 0.8 else "different" if like <= 0.67 and well else "unreadable"
                told[whose, said] += 1
    print("| held against | consistent | different | unreadable |\n| --- | --- | --- | --- |")
    for whose in ("own", "another"):
        print(f"| {whose} name | " + " | ".join(str(told[whose, s]) for s in ("consistent", "different", "unreadable")) + " |")


def hand(folder):
    """Of what pens wrote: lines that are read exactly; values, those right, those known to be written; and of the printed ones,
    those taken for written."""
    answers = {row["file"]: row for row in rows(folder / "read.jsonl")}
    counts = collections.Counter()
    for truth in rows(folder / "truth.jsonl"):
        answer = answers.get(truth["file"])
        if answer is None:
            continue
        written = [normal(line["text"]) for line in truth.get("handwriting", [])]
        read = [normal(line["text"]) for line in answer["text_lines"]]
        counts["lines"] += len(written)
        counts["lines read"] += sum(any(text in line for line in read) for text in written)
        for name, value in truth["fields"].items():
            said = answer["fields"].get(name, {})
            sort = "written" if normal(value) in written else "printed"
            counts[sort] += 1
            counts[sort + " right"] += normal(said.get("value", "")) == normal(value)
            counts[sort + " marked"] += said.get("handwritten", False)
    for sort in ("lines read", "written right", "written marked", "printed right", "printed marked"):
        print(f"{sort}: {share(counts[sort], counts[sort.split()[0]])}")


def measure(folder):
    answers = {row["file"]: row for row in rows(folder / "read.jsonl")}
    anew = folder / "interpreted.jsonl"
    if anew.exists() and anew.stat().st_mtime >= (folder / "read.jsonl").stat().st_mtime:
        for row in rows(anew):
            answers[row["file"]] |= {key: row[key] for key in ("kind", "fields", "signals")}
    kinds = collections.defaultdict(collections.Counter)
    fields = collections.defaultdict(collections.Counter)
    times, wrong = collections.defaultdict(list), []
    for truth in rows(folder / "truth.jsonl"):
        answer = answers.get(truth["file"])
        if answer is None:
            continue
        kind, count = truth["kind"], kinds[truth["kind"]]
        count["n"] += 1
        count["kind"] += answer["kind"] == kind
        if answer["kind"] != kind:
            wrong.append({"file": truth["file"], "kind": kind, "said": answer["kind"]})
        for name, value in truth["fields"].items():
            said = answer["fields"].get(name, {}).get("value")
            right = said is not None and normal(said) == normal(value)
            for counter in (count, fields[kind, name]):
                counter["fields"] += 1
                counter["right"] += right
            if not right:
                wrong.append({"file": truth["file"], "kind": kind, "field": name, "truth": value, "said": said})
        for sort, least in OVERLAP.items():
            seen = [one for one in answer.get(sort, []) if one.get("present", True)]
            hits, others = found(truth.get(sort, []), seen, least)
            count[sort] += len(truth.get(sort, []))
            count[sort + "_found"] += hits
            count[sort + "_false"] += others
        times[kind].append(answer["timing_ms"]["total"])
    medians = {kind: statistics.median(each) for kind, each in times.items()}
    return kinds, fields, medians, wrong


def cells(folder):
    """Of each kind: tables, those found, those with the truth's rows and columns, cells with a text, those read in place."""
    answers = {row["file"]: row for row in rows(folder / "read.jsonl")}
    kinds = collections.defaultdict(collections.Counter)
    for truth in rows(folder / "truth.jsonl"):
        answer = answers.get(truth["file"])
        for table in truth.get("tables", []) if answer else []:
            count, said = kinds[truth["kind"]], answer.get("tables", [])
            texts = [[normal(text) for text in row] for row in table["cells"]]
            count["tables"] += 1
            count["cells"] += sum(bool(text) for row in texts for text in row)
            best = max(said, key=lambda one: overlap(box(table["quad"]), box(one["region"])), default=None)
            # A form around the list of goods is one table with it: the list lies inside of it.
            if best is None or not inside(box(table["quad"]), box(best["region"])):
                continue
            count["found"] += 1
            count["rows"] += best["rows"] == table["rows"]
            count["columns"] += best["columns"] == table["columns"]
            lines = collections.defaultdict(list)
            for cell in best["cells"]:
                lines[cell["row"]].append(normal(cell["text"].replace("\n", "")))
            for row in texts:
                # The row that has the most of it, wherever a form around the list has put it.
                row = collections.Counter(text for text in row if text)
                count["read"] += max(((row & collections.Counter(other)).total() for other in lines.values()), default=0)
    return kinds


def inside(part, whole):
    """Whether four fifths of a box lie in another."""
    sides = [min(part[2 + axis], whole[2 + axis]) - max(part[axis], whole[axis]) for axis in (0, 1)]
    return max(0, sides[0]) * max(0, sides[1]) >= 0.8 * (part[2] - part[0]) * (part[3] - part[1])


def share(part, whole):
    return f"{part}/{whole} = {part / whole:.3f}" if whole else "–"


def markdown(kinds, fields, medians):
    total = sum(kinds.values(), collections.Counter())
    line = lambda *cells: print("| " + " | ".join(map(str, cells)) + " |")
    line("kind", "n", "kind right", "fields exact", "seals found", "false", "signatures found", "false", "ms, median")
    line(*["---"] * 9)
    for kind, c in [*sorted(kinds.items()), ("**all**", total)]:
        line(kind, c["n"], share(c["kind"], c["n"]), share(c["right"], c["fields"]), share(c["seals_found"], c["seals"]),
             c["seals_false"], share(c["signatures_found"], c["signatures"]), c["signatures_false"],
             f"{medians.get(kind, statistics.median(medians.values())):.0f}")
    print()
    line("kind", "fields: exact of n")
    line(*["---"] * 2)
    for kind in sorted(kinds):
        each = [(name, c) for (of, name), c in sorted(fields.items()) if of == kind]
        if each:
            line(kind, ", ".join(f"{name} {c['right']}/{c['fields']}" for name, c in each))


def markdown_of_cells(kinds):
    total = sum(kinds.values(), collections.Counter())
    line = lambda *cells: print("| " + " | ".join(map(str, cells)) + " |")
    line("kind", "tables", "found", "as many rows", "as many columns", "cells read")
    line(*["---"] * 6)
    for kind, c in [*sorted(kinds.items()), ("**all**", total)]:
        line(kind, c["tables"], c["found"], c["rows"], c["columns"], share(c["read"], c["cells"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["make", "read", "lines", "interpret", "untitled", "table", "cells", "marks", "hand", "all"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--seed", type=int, default=8001)
    parser.add_argument("--size", type=int, default=2016, help="pixels of a picture's long side")
    parser.add_argument("--jobs", type=int, default=1, help="processes that read at once")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--errors", action="store_true", help="also print what was misread, to stderr")
    args = parser.parse_args()
    if args.step in ("make", "all"):
        make(args.folder, args.each, args.seed, args.size)
    if args.step in ("read", "all"):
        read(args.folder, args.jobs)
    if args.step == "lines":
        lines(args.folder)
    if args.step in ("lines", "interpret"):
        interpret(args.folder)
    if args.step == "untitled":
        untitled(args.folder)
    if args.step == "cells":
        markdown_of_cells(cells(args.folder))
    if args.step == "marks":
        marks(args.folder)
    if args.step == "hand":
        hand(args.folder)
    if args.step in ("table", "all"):
        kinds, fields, medians, wrong = measure(args.folder)
        if args.json:
            by_field = {f"{kind}.{name}": count for (kind, name), count in fields.items()}
            print(json.dumps({"kinds": kinds, "fields": by_field, "ms": medians, "wrong": wrong}, ensure_ascii=False))
        else:
            markdown(kinds, fields, medians)
        for row in wrong if args.errors else []:
            print(json.dumps(row, ensure_ascii=False), file=sys.stderr)


if __name__ == "__main__":
    main()
