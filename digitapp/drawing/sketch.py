"""The drawing on the canvas, as the server knows it, with undo and redo.

The canvas lives in the browser and reports its content with a delay. A Sketch remembers what the
canvas was last told to show (`base`) and which reports are `outdated`, so that a page never shows a
drawing that is no longer there.
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
        undone: objects that were undone, the next to redo last.
        base: the objects that the canvas was last told to show.
        revision: increases each time the canvas is told what to show.
        outdated: earlier contents that the canvas may still report, late.
    """

    objects: Objects = ()
    undone: Objects = ()
    base: Objects = ()
    revision: int = 0
    outdated: tuple[Objects, ...] = ()

    @property
    def initial_drawing(self) -> dict[str, Any]:
        """The drawing to pass to st_canvas; the revision makes it redraw even the same base."""
        return {"objects": list(self.base), "revision": self.revision}

    def answered(self, objects: Objects) -> Sketch:
        """Return the sketch after a report from the canvas; ignore an outdated report."""
        if objects in self.outdated and objects != self.objects:
            return self
        undone = self.undone
        if len(objects) != len(self.objects):  # new strokes end redo; the canvas has its own undo
            kept, gone = self.objects[: len(objects)], self.objects[len(objects) :]
            undone = (*undone, *reversed(gone)) if kept == objects else ()
        return replace(self, objects=objects, undone=undone, outdated=())

    def undo(self) -> Sketch:
        """Return the sketch without its last stroke."""
        if not self.objects:
            return self
        return self._told(self.objects[:-1], (*self.undone, self.objects[-1]))

    def redo(self) -> Sketch:
        """Return the sketch with the stroke that was undone last."""
        if not self.undone:
            return self
        return self._told((*self.objects, self.undone[-1]), self.undone[:-1])

    def clear(self) -> Sketch:
        """Return the sketch without strokes; redo brings them back one by one."""
        return self._told((), tuple(reversed(self.objects)))

    def restored(self, objects: Objects, undone: Objects) -> Sketch:
        """Return the sketch on top of an older drawing.

        Args:
            objects: the older drawing. A canvas that still shows it, as after a restart of the
                server, has reported it: then it is not added again.
            undone: its undone strokes, which can be redone if nothing was drawn since.
        """
        known = self.objects[: len(objects)] == objects
        since = self.objects[len(objects) :] if known else self.objects
        return self._told((*objects, *since), self.undone if since else undone)

    def shown(self, objects: Objects) -> Sketch:
        """Return the sketch with another drawing, such as an example, in place of this one."""
        return self._told(objects, ())

    def mounted(self) -> Sketch:
        """Return the sketch for a new canvas, after another page: it must be told everything."""
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
