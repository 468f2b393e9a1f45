"""Train functions for `Model.fit`; for small dense networks, many steps in one XLA-compiled call.

A step of a small dense network takes less time than Python needs to start it. Here XLA compiles a
loop of steps over images that stay in memory. The loop's body is Keras's own `train_step`, so loss,
regularisation, optimizer and metrics are Keras's. `Model.fit` calls it instead of its own train
function, so callbacks, validation and history are Keras's, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from digitapp.training.phases import Observer

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

STEPS_PER_CALL = 75


def epoch_order(size: int, seed: int, epoch: int | tf.Tensor) -> tf.Tensor:
    """Return the order of an epoch's images, determined by seed and epoch alone: int64 (size,).

    It is the order of `exported_functions.batches`.
    """
    import tensorflow as tf

    places = tf.range(size, dtype=tf.int64)
    return tf.random.experimental.index_shuffle(places, [seed, epoch], size - 1)


class CompiledSteps:
    """A train function for `keras.Model` that takes up to `STEPS_PER_CALL` steps per call.

    Args:
        model: compiled with `steps_per_execution=STEPS_PER_CALL`.
        x: float32 (n, 28, 28).
        y: the targets, (n,) or (n, classes).
        batch_size: in images; the last batch of an epoch may be smaller.
        seed: for the order of the images.
        first_epoch: the epoch to start with, counted from 0.
        observer: lets it take its steps, all at once or fewer; the weights are the same.
    """

    def __init__(
        self,
        model: keras.Model,
        x: NDArray[np.float32],
        y: NDArray[np.generic],
        batch_size: int,
        seed: int,
        first_epoch: int,
        observer: Observer,
    ) -> None:
        import tensorflow as tf

        self._model, self._seed, self._size = model, seed, len(x)
        self._x, self._y = tf.constant(x), tf.constant(y)
        self._whole, self._rest = divmod(len(x), batch_size)
        self._all, self._batch_size = self._whole + bool(self._rest), batch_size
        self._observer, self._compiled = observer, False
        self._epoch, self._step = first_epoch, 0
        self._order = epoch_order(self._size, seed, first_epoch)
        self._steps = tf.function(self._run_steps, jit_compile=True)
        self._last = tf.function(self._run_last, jit_compile=True)

    def __call__(self, iterator: object) -> dict[str, Any]:
        """Take the next steps, as the observer lets it; return the epoch's metrics so far."""
        self._compile()
        last = min(self._step + STEPS_PER_CALL, self._all)
        while self._step < last:
            count = self._observer.may_take(last - self._step)
            if not count:
                break
            self._take(count)
            self._observer.took(count, self._metrics)
        if self._step == self._all:
            self._epoch, self._step = self._epoch + 1, 0
            self._order = epoch_order(self._size, self._seed, self._epoch)
        return self._metrics()

    def _compile(self) -> None:
        """Compile the loop before the first step, so that no waiting comes between two steps."""
        if self._whole and not self._compiled:
            self._call(0, 0)
        self._compiled = True

    def _take(self, count: int) -> None:
        whole = min(count, self._whole - self._step)
        if whole:
            self._call(self._step, whole)
        if count > whole:
            self._last(self._order)
        self._step += count

    def _call(self, first: int, count: int) -> None:
        import tensorflow as tf

        self._steps(self._order, tf.constant(first), tf.constant(count))

    def _metrics(self) -> dict[str, Any]:
        return dict(self._model.get_metrics_result())

    def _run_steps(self, order: tf.Tensor, first: tf.Tensor, count: tf.Tensor) -> None:
        import tensorflow as tf

        def body(step: tf.Tensor) -> tuple[tf.Tensor]:
            self._train_on(tf.slice(order, [step * self._batch_size], [self._batch_size]))
            return (step + 1,)

        tf.while_loop(lambda step: step < first + count, body, (first,))

    def _run_last(self, order: tf.Tensor) -> None:
        self._train_on(order[self._whole * self._batch_size :])

    def _train_on(self, places: tf.Tensor) -> None:
        import tensorflow as tf

        self._model.train_step((tf.gather(self._x, places), tf.gather(self._y, places)))


class SingleSteps:
    """Keras's own train function, one step per call, when the observer lets it.

    Args:
        model: compiled with `steps_per_execution=1`.
    """

    def __init__(self, model: keras.Model, observer: Observer) -> None:
        model.make_train_function()
        self._model, self._observer, self._train = model, observer, model.train_function

    def __call__(self, iterator: object) -> dict[str, Any]:
        """Take the next step; return the epoch's metrics so far."""
        if not self._observer.may_take(1):
            return dict(self._model.get_metrics_result())
        found: dict[str, Any] = self._train(iterator)
        self._observer.took(1, lambda: found)
        return found
