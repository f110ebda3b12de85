"""Fuzzing of everything that reads what others wrote, guided by coverage (atheris)."""
