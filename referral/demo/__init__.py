"""The demonstration world: invented organisations and persons, moved through the real doors."""
