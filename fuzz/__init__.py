"""The fuzz campaign: whatever a file holds, it gives a result or one line of ours, in bounds."""
