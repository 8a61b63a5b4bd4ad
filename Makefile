.DEFAULT_GOAL := help
.PHONY: help setup check test engines test-engines test-sglang demo bench clean
BIN := .venv/bin
# Nothing is compiled when it is installed, and each module the first time that it is imported.
unexport PYTHONDONTWRITEBYTECODE

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install everything into .venv, and a Chromium if there is none
	@scripts/setup

check: setup ## Format, lint, types, layering: what CI checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: setup ## Run the tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

engines: setup ## Install a real vLLM and llama.cpp for the CPU into .venv-engines
	$(BIN)/python tests/engines/install.py vllm llama.cpp

test-engines: setup ## Run the tests that need a real vLLM and llama.cpp, on the CPU
	$(BIN)/pytest -m engine tests/engines --ignore tests/engines/test_sglang.py

test-sglang: setup ## Run those that need a real SGLang, three minutes more than CI has
	$(BIN)/pytest -m engine tests/engines/test_sglang.py

demo: setup ## Let the embedded model book a flight on the practice site, and leave a run to look at
	$(BIN)/glm-agent practice flights --embedded

bench: setup ## Print the figures that the README quotes
	$(BIN)/python bench/grammar.py
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python bench/tokens.py
	$(BIN)/python bench/step_overhead.py
	$(BIN)/python bench/replay.py
	$(BIN)/python bench/journal.py
	$(BIN)/python bench/viewer.py
	$(BIN)/python bench/desktop_step.py

clean: ## Remove what setup and the tests have made
	rm -rf .venv .venv-engines build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
