"""Pages of persons and cases."""
