"""Sound: samples and a rate; its files, as streams; how loud it is."""
