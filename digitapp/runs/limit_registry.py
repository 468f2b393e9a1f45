"""The limits of a shared server, with their defaults and what is said when one is met."""

from __future__ import annotations

import os
from dataclasses import dataclass

HALF = max(1, (os.cpu_count() or 1) // 2)  # of the cores


@dataclass(frozen=True)
class Limit:
    """A limit, and the setting that changes it.

    Attributes:
        title: what is limited, for a table.
        unit: of its value, in the plural.
        default: when nothing is set; None for no limit.
        low, high: the smallest and the largest value that may be set.
        met: the sentence that is said when it is met. `{most}` stands for its value with the unit,
            and other names for what the caller knows.
        reason: why the default is what it is, for the documentation.
        whole: whether only whole numbers may be set.
        usual: the default in words, where it depends on the machine.
    """

    title: str
    unit: str
    default: float | None
    low: float
    high: float
    met: str
    reason: str
    whole: bool = True
    usual: str = ""


LIMITS: dict[str, Limit] = {
    "waiting": Limit(
        *("Runs of one person that wait", "runs", 10, 1, 1000),
        "You have {count} waiting already; at most {most} of one person can wait here. Stop some "
        "of them, or wait until some are done.",
        "the runs of three experiments",
    ),
    "running": Limit(
        *("Runs of one person that train at once", "runs", 1, 1, 64),
        "At most {most} of yours can train at once here; this one begins when another is done.",
        "one place in the queue for each, so that everybody gets one soon",
    ),
    "paused": Limit(
        *("Paused runs of one person that keep their place in memory", "runs", 2, 1, 64),
        "It was stopped, because at most {most} of one person can be paused at once here. What it "
        "learned is kept; Resume continues from there.",
        "a paused run holds about 0.7 GB of memory",
    ),
    "paused_minutes": Limit(
        *("How long a run may be paused", "minutes", 20, 1, 1440),
        "It was paused for {most}, so it was stopped and gave its memory back. What it learned is "
        "kept; Resume continues from there.",
        "long enough to talk about what is on the screen",
    ),
    "away_minutes": Limit(
        *("How long a person may be gone before others come first", "minutes", 10, 1, 1440),
        "Nobody was here to look at it for {most}, so it was stopped and gave its place to others. "
        "What it learned is kept; Resume continues from there.",
        "a page that shows the run counts as being here; ten minutes bridge a break",
    ),
    "computing_minutes": Limit(
        *("Training time of one person within an hour", "minutes", 30, 1, 3840),
        "You have trained for {most} within the last hour, which is the most for one person here. "
        "You can train again in {wait}.",
        "half of what one place gives, and more than 30 people at one place can have on average",
    ),
    "run_minutes": Limit(
        *("Training time of one run", "minutes", 20, 1, 10080),
        "It was stopped after {most} of training, which is the most for one run here. What it "
        "learned is kept.",
        "ten epochs of the usual networks on all of MNIST take a few minutes",
    ),
    "epochs": Limit(
        *("Epochs of one run", "epochs", 200, 1, 1000),
        "epochs is {count}; at most {most} can be trained in one run here.",
        "what is shown of a run grows with its epochs",
    ),
    "weights": Limit(
        *("Weights of the largest network", "weights", 2_000_000, 10_000, 20_000_000),
        "This network would have {count} weights; at most {most} are allowed here. Make its layers "
        "smaller.",
        "nearly three times the largest preset; its checkpoint takes 24 MB",
    ),
    "cores": Limit(
        *("Processor cores for the training of one person", "cores", HALF, 1, 256),
        "Your training uses at most {most}.",
        "the others are left for the server; fewer while several people train",
        usual="half of all, at least 1",
    ),
    "stored": Limit(
        *("Kept by one person: runs, drawings, datasets", "MB", 500, 1, 1_000_000),
        "You keep {used} here; with this it would be more than {most}, the most for one person. "
        "Delete runs, datasets or drawings that you no longer need.",
        "about 40 runs of the usual networks",
    ),
    "uploads": Limit(
        *("Files that one person sends in a minute", "files a minute", 60, 1, 10_000),
        "You have sent {count} within a minute; at most {most} can be sent here. Wait a little.",
        "a whole set of photographs at once",
    ),
    "drawings": Limit(
        *(
            "Drawings that one person keeps or sends in a minute",
            "drawings a minute",
            120,
            1,
            10_000,
        ),
        "You have kept {count} within a minute; at most {most} can be kept here. Wait a little.",
        "two a second, faster than anybody draws",
    ),
    "messages": Limit(
        *("Strokes and presses of one browser tab in a second", "a second", 30, 5, 1000),
        "This tab sends more than {most}; the server hears the rest a little later.",
        "quick hands make five; what comes faster waits its turn, and nothing is lost",
    ),
    "tabs": Limit(
        *("Open tabs of one person", "tabs", 12, 1, 1000),
        "You have {most} of this app open already, which is the most for one person. Close some of "
        "them, then reload this one.",
        "each takes memory of the server",
    ),
    "looked_at": Limit(
        *("Images from files that one person looks at before keeping them", "MB", 120, 1, 4000),
        "The images take {used}, unpacked, with those in your other tabs; at most {most} of one "
        "person can be looked at here. Bring fewer, or press Other files in the other tabs.",
        "all of EMNIST's balanced letters and digits take 103 MB",
    ),
    "waiting_in_all": Limit(
        *("Runs of all people that wait", "runs", 100, 1, 1000),
        "{count} are waiting already; at most {most} can wait. Stop some of them, or wait until "
        "some are done.",
        "three for each of thirty; the house counts its own alone",
    ),
    "paused_in_all": Limit(
        *("Paused runs of all people that keep their place in memory", "runs", 6, 1, 256),
        "It was paused the longest, and others need the memory, so it was stopped. What it learned "
        "is kept; Resume continues from there.",
        "about 4 GB of memory",
    ),
    "tabs_in_all": Limit(
        *("Open tabs of all people", "tabs", 600, 1, 100_000),
        "Very many tabs of this app are open right now. Close what you do not need, wait a minute, "
        "and reload this one.",
        "a hundred people with six each",
    ),
    "computing_in_all": Limit(
        *("Training time of all people within an hour", "minutes", None, 1, 100_000),
        "All people here together have trained for {most} within the last hour, which is the most "
        "for this server. Training goes on in {wait}.",
        "the places of DIGITAPP_WORKERS bound it already",
    ),
    "stored_in_all": Limit(
        *("Kept in the store by all", "GB", 20, 0.01, 100_000),
        "The server is full: {used} are kept, and {most} is the most. Delete what you no longer "
        "need, or ask whoever runs the server.",
        "40 people with as much as each may keep",
        whole=False,
    ),
    "looked_at_in_all": Limit(
        *("Images from files that all people look at before keeping them", "MB", 600, 1, 100_000),
        "Others are looking at many large files right now. Wait some minutes and try again.",
        "five people with as much as each may have, or ten with all of MNIST",
    ),
    "uploads_in_all": Limit(
        *("Files that all people send in a minute", "files a minute", 600, 1, 100_000),
        "Very many files are being sent right now. Wait a minute and send yours again.",
        "thirty people with twenty each",
    ),
    "drawings_in_all": Limit(
        *(
            "Drawings that all people keep or send in a minute",
            "drawings a minute",
            3000,
            1,
            100_000,
        ),
        "Very many drawings are being kept right now. Wait a minute and try again.",
        "a hundred people, one every two seconds",
    ),
    "free_memory": Limit(
        *("Memory that must be free for another training to begin", "GB", 0.8, 0.1, 1000),
        "The memory of the computer is full; the next training begins when there is room again.",
        "what a training process takes, with TensorFlow",
        whole=False,
    ),
}
