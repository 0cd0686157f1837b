"""The queue: what is to be made, one after the other, by a process that can be stopped."""
