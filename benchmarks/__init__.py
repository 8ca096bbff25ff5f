"""What Waymark's speed is held against: `python -m benchmarks [--quick] [name ...]`, or `make bench`."""
