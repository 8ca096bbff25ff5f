"""Forms that organisations extend, as pure rules: what a form asks, when, which answers fit, and as which schema.

A form is data: a list of fields. Nothing that somebody wrote into one is ever run as code.
"""
