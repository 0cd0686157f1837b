"""Views: items as pictures to look at, tile by tile, however long they are."""
