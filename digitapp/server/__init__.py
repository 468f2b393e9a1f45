"""Extensions of Streamlit's server: access control, error handling, freeing of memory."""

from digitapp.server.failing import told
from digitapp.server.guard import Guard
from digitapp.server.serving import MIDDLEWARE, lifespan

__all__ = ["MIDDLEWARE", "Guard", "lifespan", "told"]
