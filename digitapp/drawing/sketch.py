"""The drawing on the canvas, as the server knows it, with undo and redo.

The canvas lives in the browser and reports its content with a delay. A Sketch remembers what the
canvas was last told to show (`base`) and which reports are `outdated`, so that a page never shows a
drawing that is no longer there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

CLOSE = 1e-3  # pixels; the canvas rounds places

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
        """Return the sketch after a report from the canvas; ignore an outdated report.

        One is outdated, too, if strokes were drawn on what the canvas showed before it was told:
        it forgets them once it is told, and the page says which of them are to be kept
        (`drawn_meanwhile`).
        """
        if objects != self.objects and self._is_outdated(objects):
            return self
        undone = self.undone
        if len(objects) != len(self.objects):  # new strokes end redo; the canvas has its own undo
            kept, gone = self.objects[: len(objects)], self.objects[len(objects) :]
            undone = (*undone, *reversed(gone)) if kept == objects else ()
        return replace(self, objects=objects, undone=undone, outdated=())

    def drawn_meanwhile(self, strokes: Objects) -> Sketch:
        """Return the sketch with strokes that the canvas forgot when it was told something.

        They come before those that it has drawn since. Those that are there already are not added
        again. New strokes end redo.
        """
        new = tuple(each for each in strokes if not any(_same(each, own) for own in self.objects))
        told, since = self.objects[: len(self.base)], self.objects[len(self.base) :]
        return self._told((*told, *new, *since), ()) if new else self

    def with_unreported(self, strokes: Objects) -> Sketch:
        """Return the sketch with strokes that the canvas shows, and has yet to report."""
        new = tuple(each for each in strokes if not any(_same(each, own) for own in self.objects))
        return replace(self, objects=(*self.objects, *new), undone=()) if new else self

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
        known = _begins(self.objects, objects)
        since = self.objects[len(objects) :] if known else self.objects
        return self._told((*objects, *since), self.undone if since else undone)

    def shown(self, objects: Objects, undone: Objects = ()) -> Sketch:
        """Return the sketch with another drawing, such as an example, in place of this one."""
        return self._told(objects, undone)

    def mounted(self) -> Sketch:
        """Return the sketch for a new canvas, after another page: it must be told everything."""
        return replace(self._told(self.objects, self.undone), outdated=())

    def _is_outdated(self, objects: Objects) -> bool:
        if objects in self.outdated:
            return True
        longest = max((len(each) for each in self.outdated if _begins(objects, each)), default=0)
        return longest > (len(self.objects) if _begins(objects, self.objects) else 0)

    def _told(self, objects: Objects, undone: Objects) -> Sketch:
        return replace(
            self,
            objects=objects,
            undone=undone,
            base=objects,
            revision=self.revision + 1,
            outdated=(*self.outdated, self.objects),
        )


def _begins(objects: Objects, first: Objects) -> bool:
    """Whether a drawing begins with these strokes; it may have no more."""
    return len(first) <= len(objects) and all(map(_same, objects, first))


def _same(one: Object, other: Object) -> bool:
    """Whether two objects are strokes that begin and end at the same places, or are equal."""
    if one == other:
        return True
    ends = [(each["path"][0], each["path"][-1]) for each in (one, other) if each.get("path")]
    return len(ends) == 2 and all(map(_close, *ends))


def _close(one: list[Any], other: list[Any]) -> bool:
    """Whether two commands of SVG paths lead to the same place."""
    pairs = list(zip(one[-2:], other[-2:], strict=True))
    return all(abs(float(a) - float(b)) < CLOSE for a, b in pairs)
