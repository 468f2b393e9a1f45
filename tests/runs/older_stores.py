"""Stores as versions 1 to 10 made them: their tables, frozen, with one of everything in them."""

from typing import Any

import sqlalchemy as sa

from tests.tiny_runs import TINY

OF_RUN = "FOREIGN KEY(run) REFERENCES runs (id) ON DELETE CASCADE"
OF_DATASET = "FOREIGN KEY(dataset) REFERENCES datasets (name) ON DELETE CASCADE"
# By version: how it changed the tables of the one before. {id}, {bytes} and {false} are spelt
# differently by the databases.
CREATED = {
    1: f"""
        CREATE TABLE store (version INTEGER NOT NULL, turn INTEGER NOT NULL, PRIMARY KEY (version));
        CREATE TABLE runs (
            id {{id}}, name TEXT NOT NULL, preset TEXT NOT NULL, spec TEXT NOT NULL,
            status TEXT NOT NULL, created FLOAT NOT NULL, queued FLOAT NOT NULL,
            owner TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, heartbeat FLOAT NOT NULL,
            request TEXT NOT NULL, learning_rate FLOAT, watched {{bytes}}, error TEXT NOT NULL,
            images INTEGER NOT NULL, batches INTEGER NOT NULL, parameters INTEGER NOT NULL,
            test_loss FLOAT, test_accuracy FLOAT);
        CREATE TABLE epochs (
            run INTEGER NOT NULL, number INTEGER NOT NULL, loss FLOAT NOT NULL,
            accuracy FLOAT NOT NULL, val_loss FLOAT, val_accuracy FLOAT,
            learning_rate FLOAT NOT NULL, seconds FLOAT NOT NULL, watched TEXT,
            PRIMARY KEY (run, number), {OF_RUN});
        CREATE TABLE points (
            run INTEGER NOT NULL, epoch INTEGER NOT NULL, batch INTEGER NOT NULL,
            loss FLOAT NOT NULL, accuracy FLOAT NOT NULL, seconds FLOAT NOT NULL,
            PRIMARY KEY (run, epoch, batch), {OF_RUN});
        CREATE TABLE blobs (
            run INTEGER NOT NULL, kind TEXT NOT NULL, epoch INTEGER NOT NULL,
            data {{bytes}} NOT NULL, PRIMARY KEY (run, kind, epoch), {OF_RUN});
        CREATE TABLE datasets (
            name TEXT NOT NULL, origin TEXT NOT NULL, images INTEGER NOT NULL,
            data {{bytes}} NOT NULL, PRIMARY KEY (name))""",
    2: f"""
        CREATE TABLE handwriting (
            id {{id}}, created FLOAT NOT NULL, label INTEGER NOT NULL, guess TEXT NOT NULL,
            model TEXT NOT NULL, aside BOOLEAN NOT NULL, image {{bytes}} NOT NULL);
        CREATE TABLE scores (
            run INTEGER NOT NULL, data TEXT NOT NULL, before_right INTEGER,
            after_right INTEGER NOT NULL, total INTEGER NOT NULL, PRIMARY KEY (run, data),
            {OF_RUN})""",
    3: f"""
        CREATE TABLE notes (
            run INTEGER NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL, starred BOOLEAN NOT NULL,
            PRIMARY KEY (run), {OF_RUN});
        CREATE TABLE deleted (run INTEGER NOT NULL, at FLOAT NOT NULL, PRIMARY KEY (run), {OF_RUN});
        CREATE TABLE own_scores (
            run INTEGER NOT NULL, correct INTEGER NOT NULL, total INTEGER NOT NULL,
            PRIMARY KEY (run), {OF_RUN})""",
    4: f"""
        CREATE TABLE tracebacks (run INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (run),
            {OF_RUN});
        CREATE TABLE trained_on (run INTEGER NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (run),
            {OF_RUN});
        CREATE TABLE fingerprints (
            dataset TEXT NOT NULL, fingerprint TEXT NOT NULL, PRIMARY KEY (dataset),
            FOREIGN KEY(dataset) REFERENCES datasets (name) ON DELETE CASCADE)""",
    5: """
        CREATE TABLE store_revision (
            version_num VARCHAR(32) NOT NULL,
            CONSTRAINT store_revision_pkc PRIMARY KEY (version_num));
        ALTER TABLE runs ADD COLUMN note TEXT DEFAULT '' NOT NULL;
        ALTER TABLE runs ADD COLUMN tags TEXT DEFAULT '[]' NOT NULL;
        ALTER TABLE runs ADD COLUMN starred BOOLEAN DEFAULT {false} NOT NULL;
        ALTER TABLE runs ADD COLUMN deleted FLOAT;
        ALTER TABLE runs ADD COLUMN own_correct INTEGER;
        ALTER TABLE runs ADD COLUMN own_total INTEGER;
        ALTER TABLE runs ADD COLUMN fingerprint TEXT DEFAULT '' NOT NULL;
        ALTER TABLE runs ADD COLUMN traceback TEXT DEFAULT '' NOT NULL;
        DROP TABLE notes; DROP TABLE deleted; DROP TABLE own_scores; DROP TABLE tracebacks;
        DROP TABLE trained_on""",
    6: "ALTER TABLE handwriting ADD COLUMN strokes {bytes}",
    7: "ALTER TABLE runs ADD COLUMN phase TEXT DEFAULT '' NOT NULL",
    8: """
        ALTER TABLE runs ADD COLUMN pace FLOAT;
        ALTER TABLE runs ADD COLUMN steps INTEGER DEFAULT '0' NOT NULL;
        ALTER TABLE runs ADD COLUMN experiment TEXT DEFAULT '' NOT NULL;
        ALTER TABLE points ADD COLUMN slow BOOLEAN DEFAULT {false} NOT NULL""",
    9: "ALTER TABLE runs ADD COLUMN pause_after INTEGER DEFAULT '0' NOT NULL",
    10: f"""
        ALTER TABLE runs ADD COLUMN preparation TEXT DEFAULT '' NOT NULL;
        CREATE TABLE dataset_facts (
            dataset TEXT NOT NULL, classes TEXT NOT NULL, preparation TEXT NOT NULL,
            made BOOLEAN NOT NULL, told TEXT NOT NULL, created FLOAT NOT NULL,
            revision INTEGER NOT NULL, PRIMARY KEY (dataset), {OF_DATASET});
        CREATE TABLE examples (
            id {{id}}, dataset TEXT NOT NULL, class_id INTEGER NOT NULL, created FLOAT NOT NULL,
            image {{bytes}} NOT NULL, strokes {{bytes}}, {OF_DATASET});
        CREATE INDEX ix_examples_dataset ON examples (dataset)""",
}
WORDS = {
    "sqlite": {"id": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB", "false": "0"},
    "postgresql": {"id": "SERIAL PRIMARY KEY", "bytes": "BYTEA", "false": "false"},
}
NOW = 1_790_000_000.0
# A finished run with everything, a failed one, a deleted one, one that is being purged, and one
# that was purged.
DONE, FAILED, DELETED, GOING, GONE = range(1, 6)


def _run(number: int, status: str = "done", **values: Any) -> dict[str, Any]:
    texts = dict.fromkeys(("name", "preset", "owner", "host", "request", "error"), "")
    times = dict.fromkeys(("created", "queued", "heartbeat"), NOW)
    counts = dict.fromkeys(("pid", "images", "batches", "parameters"), 7)
    spec = TINY.to_json()
    return {**texts, **times, **counts, "id": number, "spec": spec, "status": status, **values}


ROWS: dict[str, list[dict[str, Any]]] = {
    "store": [{"version": 0, "turn": 12}],
    "runs": [
        _run(DONE, name="Mine “ü”", learning_rate=0.5, watched=bytes(3136), test_accuracy=0.75),
        _run(FAILED, "failed", error="It failed."),
        *(_run(number) for number in (DELETED, GOING, GONE)),
    ],
    "epochs": [
        {
            **{"run": run, "number": 1, "loss": 2.0, "accuracy": 0.5, "val_accuracy": 0.25},
            **{"learning_rate": 0.01, "seconds": 3.0, "watched": "[0.5, 0.5]"},
        }
        for run in (DONE, DELETED)
    ],
    "points": [{"run": DONE, "epoch": 1, "batch": 5, "loss": 2.2, "accuracy": 0.4, "seconds": 0.1}],
    "blobs": [{"run": run, "kind": "model", "epoch": 0, "data": b"model"} for run in (1, 3, 4)],
    "datasets": [
        {"name": name, "origin": "a file", "images": 12, "data": b"data" * 10_000}
        for name in ("mine", "theirs")
    ],
    "handwriting": [
        {
            **{"id": 3, "created": NOW, "label": 4, "guess": "9", "model": "recogniser"},
            **{"aside": True, "image": bytes(range(196)) * 4},
        }
    ],
    "scores": [{"run": DONE, "data": "mnist", "before_right": 9, "after_right": 8, "total": 10}],
    "notes": [
        {"run": DONE, "note": "Good.\nIt reads “7”.", "tags": '["a", "5b"]', "starred": True},
        {"run": DELETED, "note": "Bad.", "tags": "[]", "starred": False},
    ],
    "deleted": [{"run": DELETED, "at": NOW}, {"run": GOING, "at": 0.0}],
    "own_scores": [{"run": DONE, "correct": 7, "total": 9}],
    "tracebacks": [{"run": FAILED, "text": "Traceback:\n  “ü”"}],
    "trained_on": [{"run": DONE, "fingerprint": "abc"}],
    "fingerprints": [{"dataset": "mine", "fingerprint": "def"}],
    "store_revision": [{"version_num": "5"}],
}
# From version 5 on, these tables' rows are columns of the run: their new names.
FOLDED = {
    "notes": {"note": "note", "tags": "tags", "starred": "starred"},
    "deleted": {"at": "deleted"},
    "own_scores": {"correct": "own_correct", "total": "own_total"},
    "tracebacks": {"text": "traceback"},
    "trained_on": {"fingerprint": "fingerprint"},
}


def _folded(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run's row as version 5 has it."""
    found = dict(run)
    for table, names in FOLDED.items():
        for row in ROWS[table]:
            if row["run"] == run["id"]:
                found |= {new: row[old] for old, new in names.items()}
    return found


def make(url: str, version: int) -> None:
    """Fill an empty database with a store as that version made it."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        for each in range(1, version + 1):
            for statement in CREATED[each].format(**WORDS[engine.dialect.name]).split(";"):
                connection.exec_driver_sql(statement)
        there = {*sa.inspect(connection).get_table_names()}
        for name in [each for each in ROWS if each in there]:
            folded = version >= 5 and name == "runs"
            for row in map(_folded, ROWS[name]) if folded else ROWS[name]:
                connection.execute(sa.table(name, *map(sa.column, row)).insert().values(row))
        connection.exec_driver_sql(f"UPDATE store SET version = {version}")
        if "store_revision" in there:
            connection.exec_driver_sql(f"UPDATE store_revision SET version_num = '{version}'")
        connection.exec_driver_sql(f"DELETE FROM runs WHERE id = {GONE}")
        if engine.dialect.name == "postgresql":
            for table, last in (("runs", GONE), ("handwriting", 3))[:version]:
                connection.exec_driver_sql(f"SELECT setval('{table}_id_seq', {last})")
