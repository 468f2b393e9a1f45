"""Extensions of Streamlit's server: access, headers, health, metrics, memory, the live part."""

from digitapp.server.classroom_routes import classroom_routes
from digitapp.server.error_reports import report_error
from digitapp.server.guard import Guard
from digitapp.server.live_files import live_routes
from digitapp.server.operation import operation_routes
from digitapp.server.serving import lifespan, middleware
from digitapp.server.teacher_link import enter_routes

__all__ = [
    "Guard",
    "classroom_routes",
    "enter_routes",
    "lifespan",
    "live_routes",
    "middleware",
    "operation_routes",
    "report_error",
]
