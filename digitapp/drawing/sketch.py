"""What is on the canvas, as the server knows it, with undo and redo.

The canvas lives in the browser and answers a little later than it is told something. A Sketch
keeps in mind what it was told (`base`) and which answers would be `outdated`, so that a page
never shows a drawing that is no longer there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

Object = dict[str, Any]
Objects = tuple[Object, ...]


@dataclass(frozen=True)
class Sketch:
    """The drawing and its history.

    Attributes:
        objects: Fabric.js objects on the canvas, in drawing order.
        undone: taken back, the next to redo last.
        base: what the canvas was last told to show.
        revision: grows each time the canvas is told something.
        outdated: what the canvas showed or was told before it answered; such answers come late.
    """

    objects: Objects = ()
    undone: Objects = ()
    base: Objects = ()
    revision: int = 0
    outdated: tuple[Objects, ...] = ()

    @property
    def initial_drawing(self) -> dict[str, Any]:
        """What st_canvas is to be given; the revision makes it draw even the same base again."""
        return {"objects": list(self.base), "revision": self.revision}

    def answered(self, objects: Objects) -> Sketch:
        """The canvas says what it shows; an answer from before it was told does not count."""
        if objects in self.outdated and objects != self.objects:
            return self
        return replace(self, objects=objects, undone=self._undone_by(objects), outdated=())

    def _undone_by(self, objects: Objects) -> Objects:
        """What can be redone: the canvas has an undo button of its own; a new stroke ends it."""
        if len(objects) == len(self.objects):
            return self.undone
        if objects == self.objects[: len(objects)]:
            return (*self.undone, *reversed(self.objects[len(objects) :]))
        return ()

    def undo(self) -> Sketch:
        """Without the last stroke."""
        if not self.objects:
            return self
        return self._told(self.objects[:-1], (*self.undone, self.objects[-1]))

    def redo(self) -> Sketch:
        """With the stroke that was undone last."""
        if not self.undone:
            return self
        return self._told((*self.objects, self.undone[-1]), self.undone[:-1])

    def clear(self) -> Sketch:
        """Without any stroke; redo brings them back one by one."""
        return self._told((), tuple(reversed(self.objects)))

    def restored(self, objects: Objects, undone: Objects) -> Sketch:
        """With an older drawing below, whose strokes can be redone while nothing is on top."""
        return self._told((*objects, *self.objects), self.undone if self.objects else undone)

    def mounted(self) -> Sketch:
        """For a canvas that is shown anew, after another page: it must be told all of it."""
        return replace(self._told(self.objects, self.undone), outdated=())

    def _told(self, objects: Objects, undone: Objects) -> Sketch:
        return replace(
            self,
            objects=objects,
            undone=undone,
            base=objects,
            revision=self.revision + 1,
            outdated=(*self.outdated, self.objects),
        )
