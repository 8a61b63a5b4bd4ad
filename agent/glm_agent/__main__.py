"""`python -m glm_agent` is `glm-agent`."""

from glm_agent.cli import main

main(prog_name="glm-agent")
