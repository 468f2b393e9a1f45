"""Training progress as text in the style of Keras's progress bar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from digitapp.training.history import METRICS, Epoch, Point

BAR = 20


def lines(epochs: Sequence[Epoch], now: Point | None, total: int, batches: int) -> str:
    """Format all finished epochs, followed by the running one.

    Args:
        now: progress of the running epoch; None when none is running.
        total: planned number of epochs.
        batches: per epoch.
    """
    found = []
    for epoch in epochs:
        found += [heading(epoch.number, total), finished(epoch, batches)]
    if now:
        found += [heading(now.epoch, total), running(now, batches)]
    return "\n".join(found)


def heading(number: int, total: int) -> str:
    """Format an epoch's heading, such as `Epoch 3/10`."""
    return f"Epoch {number}/{total}"


def finished(epoch: Epoch, batches: int) -> str:
    """Format the line of a finished epoch."""
    measured = {name: getattr(epoch, name) for name in METRICS}
    known = {name: value for name, value in measured.items() if value is not None}
    return _line(batches, batches, epoch.seconds, known)


def running(now: Point, batches: int) -> str:
    """Format the line of the running epoch."""
    measured = {"accuracy": now.accuracy, "loss": now.loss}
    return _line(min(now.batch, batches), batches, now.seconds, measured)


def time_in_words(seconds: float) -> str:
    """Format a duration, such as `8 s` or `2 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _line(batch: int, batches: int, seconds: float, metrics: Mapping[str, float]) -> str:
    full = BAR * batch // batches
    bar = "━" * full + "─" * (BAR - full)
    step = seconds / batch
    if step >= 1:
        pace = f"{step:.0f}s"
    else:
        pace = f"{step * 1000:.0f}ms" if step >= 0.001 else f"{step * 1_000_000:.0f}us"
    measured = " - ".join(f"{name}: {value:.4f}" for name, value in metrics.items())
    return f"{batch:>{len(str(batches))}}/{batches} {bar} {seconds:.0f}s {pace}/step - {measured}"
