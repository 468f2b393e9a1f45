"""What the server tells of a network that the browser looks into: scene.js's `Facts`."""

from __future__ import annotations

from typing import Any

from digitapp.ui.shared import networks


def facts(model: str) -> dict[str, Any]:
    """Return the facts about a network.

    Args:
        model: its name, as for `models.load`.
    """
    return {
        "name": model,
        "title": networks.networks().get(model, model),
        "epochs": [],
    }
