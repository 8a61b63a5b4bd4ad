"""A travel site to practise on: it is searched, a flight is chosen, and it is booked."""

from glm_tasks.flights.data import World
from glm_tasks.flights.site import FlightsSite
from glm_tasks.flights.task import FlightsTask, Solution, run_solver

__all__ = ["FlightsSite", "FlightsTask", "Solution", "World", "run_solver"]
