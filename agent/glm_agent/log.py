"""Logs: to stderr, for people or as JSON. The library itself only uses `logging`; this is for the command line."""

import logging
import sys

import structlog


def configure(level: str, *, as_json: bool) -> None:
    """Send the project's log records to stderr from a level on."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    for package in ("glm_agent", "glm_actions", "glm_backends", "glm_tasks", "glm_trajectory"):
        logger = logging.getLogger(package)
        logger.handlers = [handler]
        logger.setLevel(level.upper())
        logger.propagate = False
