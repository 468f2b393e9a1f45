"""How the app is served: to whom it answers, and what it frees when a visitor has gone."""

from digitapp.server.failing import told
from digitapp.server.guard import Guard
from digitapp.server.serving import MIDDLEWARE, lifespan

__all__ = ["MIDDLEWARE", "Guard", "lifespan", "told"]
