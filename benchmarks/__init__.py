"""Measurements: each module prints ratios; `make bench` runs them all."""
