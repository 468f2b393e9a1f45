"""Extensions of Streamlit's server: access control, error handling, freeing of memory."""

from digitapp.server.error_reports import report_error
from digitapp.server.guard import Guard
from digitapp.server.serving import MIDDLEWARE, lifespan

__all__ = ["MIDDLEWARE", "Guard", "lifespan", "report_error"]
