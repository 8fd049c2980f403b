"""Other people's files, one short pure file each: a path in, tables of the house out, what was dropped told."""
