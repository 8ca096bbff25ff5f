"""Reading HSDS 3.x directories (DOMAIN 15.1): tables, files, checks, and one fast transaction."""
