"""Persons and cases from a file: reading it, mapping its columns, checking each line. Nothing here writes."""
