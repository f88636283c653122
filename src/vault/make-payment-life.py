#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes two headers from payment-life.tsv: the enums of states and events, and their names with the rows; and, when a third name is
given, the same for the model in tests/model: make-payment-life.py TSV TABLE.h ROWS.h [ROWS.pml]."""
import sys

REQUESTS = {"-": "KEEP", "sending": "SENDING", "waiting": "WAITING", "done": "DONE", "attention": "ATTENTION"}


CLASSES = ("online", "chip", "completion", "deferred", "refund") # that a row can open
PROMELA_RECORDS = {"-": "R_NONE", **{name: f"R_{word}" for name, word in REQUESTS.items() if name != "-"}}


def constant(prefix, name):
    return f"{prefix}_{name.upper().replace('-', '_')}"


def opens(cell):
    """The class of the record that the row makes; None when it makes none."""
    return cell.partition(":")[2] if cell.startswith(("open:", "again:")) else None


def read(path):
    rows = []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate(table, 1):
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            cells = line.split("\t")
            if len(cells) != 6:
                sys.exit(f"{path}:{number}: {len(cells)} columns, not 6")
            if opens(cells[3]) is not None and opens(cells[3]) not in CLASSES:
                sys.exit(f"{path}:{number}: nothing opens a record of the class {opens(cells[3])}")
            rows.append(cells)
    keys = [(row[0], row[1]) for row in rows]
    for key in keys:
        if keys.count(key) > 1:
            sys.exit(f"{path}: the row {key} stands twice")
    return rows


def names(rows, columns):
    found = []
    for row in rows:
        for column in columns:
            if row[column] not in found:
                found.append(row[column])
    return found


def request(cell):
    if opens(cell) is not None:
        return constant("VAULT_REQUEST", cell.partition(":")[0]) + ", " + constant("VAULT_CLASS", opens(cell))
    return f"VAULT_REQUEST_{REQUESTS[cell]}, VAULT_CLASS_ONLINE"


def write(path, lines):
    with open(path, "w", encoding="utf-8") as header:
        header.write("\n".join(lines))


def promela_array(name, values):
    return f"hidden byte {name}[{len(values)}] = {{ {', '.join(map(str, values))} }};"


def write_promela(path, rows):
    """For tests/model/till.pml: the same rows as arrays, and where in them to find what a state does with an event."""
    states, events = names(rows, (0, 2)), names(rows, (1,))
    found = {(row[0], row[1]): number for number, row in enumerate(rows)}
    out = ["/* Made from payment-life.tsv; change that. */"]
    out += [f"#define {constant('ST', name)} {i}" for i, name in enumerate(states)]
    out += [f"#define {constant('EV', name)} {i}" for i, name in enumerate(events)]
    out += [f"#define {constant('CLASS', name)} {i}" for i, name in enumerate(CLASSES, 1)]
    out += [f"#define LIFE_EVENTS {len(events)}", f"#define LIFE_NO_ROW {len(rows)}"]
    out.append(promela_array("life_row", [found.get((state, event), len(rows)) for state in states for event in events]))
    out.append(promela_array("life_next", [constant("ST", row[2]) for row in rows]))
    out.append(promela_array("life_request", [
        PROMELA_RECORDS[row[3]] if opens(row[3]) is None else constant("REQUEST", row[3].partition(":")[0]) for row in rows]))
    out.append(promela_array("life_opens", [
        0 if opens(row[3]) is None else constant("CLASS", opens(row[3])) for row in rows]))
    out.append(promela_array("life_reversal", ["REVERSAL_OWE" if row[4] == "owe" else PROMELA_RECORDS[row[4]] for row in rows]))
    out.append(promela_array("life_print", [1 if row[5] == "print" else 0 for row in rows]))
    write(path, out + [""])


def main():
    rows = read(sys.argv[1])
    states, events = names(rows, (0, 2)), names(rows, (1,))
    out = ["/* Made from payment-life.tsv; change that. */", "#pragma once", "", "typedef enum", "{"]
    out += [f"  {constant('VAULT_STATE', s)}," for s in states]
    out += ["} VaultState;", f"#define VAULT_STATE_COUNT {len(states)}", "", "typedef enum", "{"]
    out += [f"  {constant('VAULT_EVENT', e)}," for e in events]
    out += ["} VaultEvent;", f"#define VAULT_EVENT_COUNT {len(events)}", ""]
    write(sys.argv[2], out)
    out = ["/* Made from payment-life.tsv; change that. Only vault-life.c includes it. */", "#pragma once", ""]
    out += ["static const char *const state_names[] = {"] + [f'  "{s}",' for s in states] + ["};"]
    out += ["static const char *const event_names[] = {"] + [f'  "{e}",' for e in events] + ["};"]
    out += ["static const VaultLifeRow life_rows[] = {"]
    for now, event, after, record, reversal, prints in rows:
        out.append("  { %s, %s, %s, %s, VAULT_REVERSAL_%s, %s }," % (
            constant("VAULT_STATE", now), constant("VAULT_EVENT", event), constant("VAULT_STATE", after), request(record),
            {"-": "NONE", "owe": "OWE", "done": "DONE", "attention": "ATTENTION"}[reversal],
            "TRUE" if prints == "print" else "FALSE"))
    out += ["};", ""]
    write(sys.argv[3], out)
    if len(sys.argv) > 4:
        write_promela(sys.argv[4], rows)


main()
