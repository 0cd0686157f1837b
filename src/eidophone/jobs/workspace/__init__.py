"""A workspace: a folder of plain files, and beside them what is known of how they were made."""
